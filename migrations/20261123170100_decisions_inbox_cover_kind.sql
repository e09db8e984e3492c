-- How many decisions wait for somebody is counted in the index alone.
CREATE INDEX decisions_waiting_idx ON decisions (assignee_id, due_at, id) INCLUDE (subject_kind) WHERE verdict IS NULL;
DROP INDEX decisions_inbox_idx;
ALTER INDEX decisions_waiting_idx RENAME TO decisions_inbox_idx;
