-- What waits, by level and approver: few of the orders, answered by the index alone.
CREATE INDEX purchase_orders_waiting_idx ON purchase_orders (approval_level, current_approver, sla_due_at)
    INCLUDE (submitter_id, department_id) WHERE approval_level > 0;
-- Orders by when, and for what, they were decided: the lists behind the dashboard's figures. Days are days of UTC, as its are.
CREATE INDEX transitions_outcomes_idx ON transitions (to_state, ((at AT TIME ZONE 'UTC')::date), subject_id)
    WHERE subject_kind = 'purchase_order' AND to_state IN ('approved', 'rejected');
CREATE INDEX transitions_rejections_idx ON transitions ((data ->> 'category'), subject_id)
    WHERE subject_kind = 'purchase_order' AND to_state = 'rejected';
