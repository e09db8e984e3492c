-- The next timer of an open decision (its approver is reminded, it escalates, operations are told daily), and to whom it escalated.
-- A timer ends with its decision, whatever ends that.
ALTER TABLE decisions
    ADD COLUMN timer text CONSTRAINT decisions_timer_known CHECK (timer IN ('reminder', 'escalation', 'overdue')),
    ADD COLUMN timer_at timestamptz,
    ADD COLUMN escalated_to_id bigint CONSTRAINT decisions_escalated_to_fk REFERENCES people,
    ADD CONSTRAINT decisions_timer_whole CHECK ((timer IS NULL) = (timer_at IS NULL)),
    ADD CONSTRAINT decisions_timer_while_open CHECK (verdict IS NULL OR timer IS NULL);
CREATE INDEX decisions_timer_idx ON decisions (timer_at, id) WHERE timer IS NOT NULL;
CREATE INDEX decisions_escalated_to_idx ON decisions (escalated_to_id) WHERE escalated_to_id IS NOT NULL;
CREATE INDEX decisions_escalated_inbox_idx ON decisions (escalated_to_id, due_at, id) WHERE escalated_to_id IS NOT NULL AND verdict IS NULL;

UPDATE decisions SET timer = 'reminder', timer_at = opened_at + 0.75 * (due_at - opened_at) WHERE verdict IS NULL;
