-- The same vendor and total again: orders that count, by when they were submitted.
CREATE INDEX purchase_orders_duplicate_idx ON purchase_orders (vendor_id, total, submitted_at)
    WHERE status NOT IN ('draft', 'cancelled', 'rejected');
