-- A number to page through administrators' changes by. It says nothing of the row, so its hash does not cover it.
ALTER TABLE transitions ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;

DROP INDEX transitions_changes_idx;
DROP INDEX transitions_changes_kind_idx;
DROP INDEX transitions_changes_actor_idx;
CREATE UNIQUE INDEX transitions_changes_unique ON transitions (number)
    WHERE subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation');
CREATE INDEX transitions_changes_idx ON transitions (at, number)
    WHERE subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation');
CREATE INDEX transitions_changes_kind_idx ON transitions (subject_kind, at, number)
    WHERE subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation');
CREATE INDEX transitions_changes_actor_idx ON transitions (actor_id, at, number)
    WHERE subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation');
