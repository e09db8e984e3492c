-- What a mail asks its reader to decide: such a mail carries a link that does.
ALTER TABLE deliveries ADD decision_id bigint CONSTRAINT deliveries_decision_fk REFERENCES decisions;
CREATE INDEX deliveries_decision_idx ON deliveries (decision_id) WHERE decision_id IS NOT NULL;
