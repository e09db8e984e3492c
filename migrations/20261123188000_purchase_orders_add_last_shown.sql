-- What was shown to approvers before the order came back to its submitter: the material fields (server/engine/src/content_hash.rs).
-- The next approver is told what has changed since.
ALTER TABLE purchase_orders ADD last_shown jsonb;
