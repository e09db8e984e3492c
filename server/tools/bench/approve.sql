-- One approval as the server carries it out (server/engine/src/purchase_order/service.rs), statement by statement, for pgbench: what the
-- database alone takes. Only the choice of the order is added.
\set k :k + 1
\set n :client_id * :each + :k - 1
SELECT id, approver FROM bench_orders WHERE n = :n \gset
SELECT s.data, s.expires_at FROM sessions s LEFT JOIN people p ON p.id = s.person_id WHERE s.id_hash = sha256(:n::text::bytea) AND s.expires_at > now() AND (s.person_id IS NULL OR (p.deactivated_at IS NULL AND (s.data->>'credential')::integer = p.credential_version));
SELECT p.name, p.email, p.time_zone, p.override_approvals, array(SELECT r.role FROM person_roles r WHERE r.person_id = p.id), EXISTS (SELECT FROM people r WHERE r.manager_id = p.id AND r.deactivated_at IS NULL), (SELECT count(*) FROM (SELECT FROM decisions d WHERE d.assignee_id = p.id AND d.verdict IS NULL LIMIT 100) w) FROM people p WHERE p.id = :approver AND p.deactivated_at IS NULL;
BEGIN;
SELECT pg_advisory_xact_lock_shared(59660), pg_advisory_xact_lock_shared(3593);
INSERT INTO requests (person_id, request_id, action, at, result) VALUES (:approver, gen_random_uuid(), 'approve', now(), '/purchase-orders/' || :id) ON CONFLICT DO NOTHING;
SELECT vendor_id FROM purchase_orders WHERE id = :id FOR UPDATE;
SELECT id FROM vendors WHERE id = 1 FOR SHARE;
SELECT o.*, v.name, v.hold_reason, v.flag_reason, array(SELECT d.level || ' ' || d.decided_by || ' ' || d.way FROM decisions d WHERE d.subject_kind = 'purchase_order' AND d.subject_id = o.id AND d.round = o.round AND d.verdict = 'approved' AND d.decided_by IS NOT NULL ORDER BY d.level) FROM purchase_orders o LEFT JOIN vendors v ON v.id = o.vendor_id WHERE o.id = :id;
SELECT position, description, quantity, unit, unit_price, cost_centre, received_quantity FROM purchase_order_lines WHERE purchase_order_id = :id ORDER BY position;
WITH RECURSIVE chain (id) AS (SELECT manager_id FROM people WHERE id = 7 UNION SELECT p.manager_id FROM people p JOIN chain c ON p.id = c.id) SELECT EXISTS (SELECT FROM decisions d WHERE d.subject_kind = 'purchase_order' AND d.subject_id = :id AND :approver IN (d.decided_by, d.approver_id, d.assignee_id)), EXISTS (SELECT FROM chain WHERE id = :approver);
SELECT s.*, r.* FROM approval_rule_sets s JOIN approval_rules r ON r.rule_set_id = s.id WHERE s.id = 1 ORDER BY r.level;
WITH RECURSIVE holders AS (SELECT person_id FROM person_roles WHERE role = 'finance_manager'), reached (id) AS (SELECT unnest(ARRAY[2, 1, 7]::bigint[]) UNION SELECT person_id FROM holders UNION SELECT p.manager_id FROM people p JOIN reached r ON p.id = r.id) SELECT p.id, p.name, p.manager_id, array(SELECT role FROM person_roles pr WHERE pr.person_id = p.id) FROM people p WHERE p.id = ANY(array(SELECT id FROM reached));
UPDATE purchase_orders SET status = 'approved', approval_level = 0, current_approver = NULL, escalated_to = NULL, sla_due_at = NULL, approved_at = now(), status_changed_at = now(), status_changed_by = :approver, version = version + 1 WHERE id = :id;
UPDATE decisions SET verdict = 'approved', decided_at = now(), decided_by = :approver, way = 'own' WHERE subject_kind = 'purchase_order' AND subject_id = :id AND round = 1 AND level = 1 AND verdict IS NULL;
SELECT h.seq + 1 AS seq, (SELECT max(epoch) FROM epochs) AS epoch FROM (SELECT) AS one LEFT JOIN LATERAL (SELECT seq, hash FROM history_heads WHERE subject_kind = 'purchase_order' AND subject_id = :id FOR UPDATE) AS h ON true \gset
WITH head AS (INSERT INTO history_heads AS h (subject_kind, subject_id, seq, hash) VALUES ('purchase_order', :id, :seq, sha256('x')) ON CONFLICT ON CONSTRAINT history_heads_pk DO UPDATE SET seq = excluded.seq, hash = excluded.hash WHERE h.seq = :seq - 1 RETURNING h.seq) INSERT INTO transitions (subject_kind, subject_id, seq, event, from_state, to_state, round, level, actor_id, way, data, at, hash, epoch) SELECT 'purchase_order', :id, :seq, 'approve', 'pending_approval', 'approved', 1, 1, :approver, 'page', '{}', now(), sha256('x'), :epoch FROM head;
COMMIT;
INSERT INTO flashes (owner, request_id, body, created_at) VALUES (sha256('x'), gen_random_uuid(), '{"form": "/fn/approve_purchase_order", "notice": "Approved."}', now());
