-- A delivery is its own place in the queue: a job for each cost the transition that it is about more than all it writes itself, and
-- four more transactions after it. What is said is kept as data and laid out when it is sent.
ALTER TABLE deliveries
    -- A letter (server/engine/src/mail/letter.rs). Forgotten once it was sent, for it may hold links that act.
    ADD letter jsonb,
    -- When it is tried next; while somebody tries it, when they are given up for lost.
    ADD next_at timestamptz;
UPDATE deliveries SET next_at = CASE WHEN state = 'pending' THEN created_at END,
    letter = CASE WHEN state <> 'sent' THEN jsonb_build_object('headline', headline, 'paragraphs', jsonb_build_array(text_part)) END;
ALTER TABLE deliveries
    DROP CONSTRAINT deliveries_said_until_sent,
    DROP text_part,
    DROP html_part,
    ADD CONSTRAINT deliveries_said_until_sent CHECK (state = 'sent' OR letter IS NOT NULL),
    ADD CONSTRAINT deliveries_next_while_pending CHECK ((state = 'pending') = (next_at IS NOT NULL));
-- Numbers ascend as time does: the list goes by them.
DROP INDEX deliveries_created_idx, deliveries_state_idx, deliveries_person_idx;
CREATE INDEX deliveries_state_idx ON deliveries (state, id);
CREATE INDEX deliveries_person_idx ON deliveries (person_id, id);
CREATE INDEX deliveries_due_idx ON deliveries (next_at, id) WHERE state = 'pending';
