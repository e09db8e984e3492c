-- Where somebody is reached by text message: a number as E.164 writes it.
ALTER TABLE people ADD phone text CONSTRAINT people_phone_shape CHECK (phone ~ '^\+[1-9][0-9]{7,14}$');

-- Mails and text messages leave by ways of their own: each looks for what is due of its own, and the list is narrowed to one.
DROP INDEX deliveries_due_idx;
CREATE INDEX deliveries_due_idx ON deliveries (way, next_at, id) WHERE state = 'pending';
CREATE INDEX deliveries_way_idx ON deliveries (way, id);
