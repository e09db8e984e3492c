-- The submitted orders of the last 90 days: what a change of rules is tried on.
CREATE INDEX purchase_orders_submitted_idx ON purchase_orders (submitted_at) WHERE submitted_at IS NOT NULL;
