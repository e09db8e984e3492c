-- A change of rules is proposed, and comes into force when it is confirmed. What a set says never changes; only where it stands does.
ALTER TABLE approval_rule_sets
    ADD COLUMN state text NOT NULL DEFAULT 'in_force'
        CONSTRAINT approval_rule_sets_state_known
            CHECK (state IN ('proposed', 'in_force', 'replaced', 'retired', 'rejected', 'withdrawn')),
    -- The set that was in force when it was proposed; null: there was none.
    ADD COLUMN base_id bigint CONSTRAINT approval_rule_sets_base_fk REFERENCES approval_rule_sets,
    -- Proposes to have no rules of its own any more: it has no levels, and stands as retired when it is confirmed.
    ADD COLUMN retires boolean NOT NULL DEFAULT false,
    -- Who confirmed, rejected or withdrew it, when, and what they said.
    ADD COLUMN decided_by bigint CONSTRAINT approval_rule_sets_decided_by_fk REFERENCES people,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN decided_note text NOT NULL DEFAULT '',
    -- What it would have done to the orders of the 90 days before it was proposed.
    ADD COLUMN dry_run jsonb,
    -- Given when it comes into force.
    ALTER COLUMN version DROP NOT NULL;

UPDATE approval_rule_sets s SET state = 'replaced'
WHERE EXISTS (SELECT FROM approval_rule_sets newer
    WHERE newer.workflow = s.workflow AND newer.department_id IS NOT DISTINCT FROM s.department_id
        AND newer.currency IS NOT DISTINCT FROM s.currency AND newer.version > s.version);

ALTER TABLE approval_rule_sets
    ADD CONSTRAINT approval_rule_sets_version_once_in_force
        CHECK ((state IN ('in_force', 'replaced', 'retired')) = (version IS NOT NULL)),
    ADD CONSTRAINT approval_rule_sets_retired_whole CHECK (retires OR state <> 'retired'),
    ADD CONSTRAINT approval_rule_sets_retires_from_one CHECK (NOT retires OR (base_id IS NOT NULL AND state <> 'in_force')),
    ADD CONSTRAINT approval_rule_sets_reason_length CHECK (char_length(reason) <= 1000),
    ADD CONSTRAINT approval_rule_sets_decided_note_length CHECK (char_length(decided_note) <= 1000);
CREATE UNIQUE INDEX approval_rule_sets_in_force_unique
    ON approval_rule_sets (workflow, coalesce(department_id, 0), coalesce(currency, '')) WHERE state = 'in_force';
CREATE INDEX approval_rule_sets_proposed_idx ON approval_rule_sets (workflow, id) WHERE state = 'proposed';
CREATE INDEX approval_rule_sets_base_idx ON approval_rule_sets (base_id);
CREATE INDEX approval_rule_sets_decided_by_idx ON approval_rule_sets (decided_by);
