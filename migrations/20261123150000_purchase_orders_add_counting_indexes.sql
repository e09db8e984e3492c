-- What My work counts of a person's own orders: few of them are open.
CREATE INDEX purchase_orders_open_idx ON purchase_orders (submitter_id, status)
    WHERE status IN ('draft', 'rejected', 'pending_approval', 'requires_finance_review', 'requires_executive_review');

-- What is counted beside one filter is answered by its index alone, without a look at the orders.
DROP INDEX purchase_orders_status_idx;
CREATE INDEX purchase_orders_status_idx ON purchase_orders (status, id DESC) INCLUDE (vendor_id, department_id, submitter_id, current_approver);
DROP INDEX purchase_orders_vendor_idx;
CREATE INDEX purchase_orders_vendor_idx ON purchase_orders (vendor_id, id DESC) INCLUDE (status, approved_at);
