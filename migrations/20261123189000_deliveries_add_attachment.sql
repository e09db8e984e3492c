-- The file that a mail brings: an order for its vendor.
ALTER TABLE deliveries ADD attachment_id uuid CONSTRAINT deliveries_attachment_fk REFERENCES attachments;
CREATE INDEX deliveries_attachment_idx ON deliveries (attachment_id) WHERE attachment_id IS NOT NULL;
