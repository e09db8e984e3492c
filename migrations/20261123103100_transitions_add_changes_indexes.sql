-- Administrators' changes of all records, newest first; of one kind; by one person. Few among the transitions of orders.
CREATE INDEX transitions_changes_idx ON transitions (at, subject_kind, subject_id, seq)
    WHERE subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation');
CREATE INDEX transitions_changes_kind_idx ON transitions (subject_kind, at, subject_id, seq)
    WHERE subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation');
CREATE INDEX transitions_changes_actor_idx ON transitions (actor_id, at, subject_kind, subject_id, seq)
    WHERE subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation');
