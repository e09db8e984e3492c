-- At most 3,200 orders of the benchmark wait for a decision again, numbered, for approve.sql to decide. History rows stay as they are.
DROP TABLE IF EXISTS bench_orders;
CREATE TABLE bench_orders AS
SELECT row_number() OVER (ORDER BY o.id) - 1 AS n, o.id, d.decided_by AS approver
FROM purchase_orders o JOIN decisions d ON d.subject_kind = 'purchase_order' AND d.subject_id = o.id AND d.level = 1
WHERE o.status = 'approved' AND o.justification LIKE 'Benchmark %' ORDER BY o.id LIMIT 3200;
ALTER TABLE bench_orders ADD PRIMARY KEY (n);
UPDATE purchase_orders o SET status = 'pending_approval', approval_level = 1, current_approver = b.approver,
    sla_due_at = now() + interval '1 day' FROM bench_orders b WHERE o.id = b.id;
UPDATE decisions d SET verdict = NULL, decided_at = NULL, decided_by = NULL, way = NULL
FROM bench_orders b WHERE d.subject_kind = 'purchase_order' AND d.subject_id = b.id;
VACUUM ANALYZE bench_orders;
