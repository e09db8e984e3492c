-- What the approvals dashboard sums. A transition writes one small delta; a job folds deltas into sums; figures are both together.
-- All of it follows from the history: `purchase_order_differences` is what a recount would change.

-- The bucket of a duration: 0 below a minute, then four to each doubling. A bucket's middle is within a tenth of all it holds.
CREATE FUNCTION purchase_order_bucket(seconds bigint) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN seconds < 60 THEN 0 ELSE 1 + floor(4 * ln(seconds / 60::float8) / ln(2::float8)) END::smallint
$$;

-- Every change of state as the history tells it: the state left, after how long, and what was decided by that. Days are days of UTC.
-- Bucket -1: nobody was waited for (a level that passed).
CREATE VIEW purchase_order_steps AS
SELECT t.subject_id AS purchase_order_id, t.seq, (t.at AT TIME ZONE 'UTC')::date AS day, o.submitter_id,
    coalesce(o.department_id, 0) AS department_id, t.from_state AS state,
    CASE WHEN t.to_state = 'approved' THEN 'approved' WHEN t.to_state = 'rejected' THEN coalesce(t.data ->> 'category', 'other') ELSE '' END AS outcome,
    coalesce(d.approver_id, 0) AS approver_id, t.seconds,
    CASE WHEN t.event = 'pass' THEN -1::smallint ELSE purchase_order_bucket(t.seconds) END AS bucket
FROM (
    SELECT subject_id, seq, event, from_state, to_state, round, level, data, at,
        greatest(0, extract(epoch FROM at - lag(at) OVER (PARTITION BY subject_id ORDER BY seq)))::bigint AS seconds
    FROM transitions
    WHERE subject_kind = 'purchase_order' AND to_state IS DISTINCT FROM from_state) t
JOIN purchase_orders o ON o.id = t.subject_id
LEFT JOIN decisions d ON t.event IN ('approve', 'reject') AND d.subject_kind = 'purchase_order' AND d.subject_id = t.subject_id
    AND d.round = t.round AND d.level = t.level
WHERE t.from_state IS NOT NULL;

-- What is summed of a step, and for whom: everyone's orders, a department's, a submitter's.
CREATE FUNCTION purchase_order_measures(of_submitter bigint, of_department bigint, of_state text, outcome text, approver bigint, bucket smallint)
RETURNS TABLE (grain text, whose bigint, department_id bigint, measure text, state text, detail text) LANGUAGE sql IMMUTABLE AS $$
    SELECT g.grain, g.whose, g.department_id, m.measure, m.state, m.detail
    FROM (VALUES ('all', 0, 0), ('department', of_department, of_department), ('submitter', of_submitter, of_department))
            AS g (grain, whose, department_id),
        (VALUES ('time', of_state, bucket::text, bucket >= 0), ('outcome', '', outcome, outcome <> ''), ('step', of_state, approver::text, approver > 0))
            AS m (measure, state, detail, counts)
    WHERE m.counts
$$;

-- Sums and deltas follow from other rows, so nothing holds them to people and departments.
CREATE TABLE purchase_order_deltas (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT purchase_order_deltas_pk PRIMARY KEY,
    day date NOT NULL,
    submitter_id bigint NOT NULL,
    -- 0: none.
    department_id bigint NOT NULL,
    state text NOT NULL,
    outcome text NOT NULL,
    approver_id bigint NOT NULL,
    bucket smallint NOT NULL,
    -- Less than 0 where an order's steps move to another department.
    count integer NOT NULL,
    seconds bigint NOT NULL
);

CREATE TABLE purchase_order_sums (
    grain text NOT NULL CONSTRAINT purchase_order_sums_grain_known CHECK (grain IN ('all', 'department', 'submitter')),
    whose bigint NOT NULL,
    measure text NOT NULL CONSTRAINT purchase_order_sums_measure_known CHECK (measure IN ('time', 'outcome', 'step')),
    day date NOT NULL,
    -- The state left; empty of outcomes.
    state text NOT NULL,
    -- Of a time its bucket, of an outcome 'approved' or the category of a rejection, of a step its approver.
    detail text NOT NULL,
    department_id bigint NOT NULL,
    count bigint NOT NULL,
    seconds bigint NOT NULL,
    CONSTRAINT purchase_order_sums_pk PRIMARY KEY (grain, whose, measure, day, state, detail, department_id)
);

CREATE VIEW purchase_order_figures AS
SELECT grain, whose, measure, day, state, detail, department_id, count, seconds FROM purchase_order_sums
UNION ALL
SELECT m.grain, m.whose, m.measure, d.day, m.state, m.detail, m.department_id, d.count, d.seconds
FROM purchase_order_deltas d
CROSS JOIN LATERAL purchase_order_measures(d.submitter_id, d.department_id, d.state, d.outcome, d.approver_id, d.bucket) m;

-- What a recount of the whole history would add to the figures: no row while they are right.
CREATE VIEW purchase_order_differences AS
SELECT grain, whose, measure, day, state, detail, department_id, sum(count)::bigint AS count, sum(seconds)::bigint AS seconds
FROM (
    SELECT m.grain, m.whose, m.measure, s.day, m.state, m.detail, m.department_id, s.count, s.seconds
    FROM (
        SELECT day, submitter_id, department_id, state, outcome, approver_id, bucket, count(*) AS count, sum(seconds) AS seconds
        FROM purchase_order_steps GROUP BY day, submitter_id, department_id, state, outcome, approver_id, bucket) s
    CROSS JOIN LATERAL purchase_order_measures(s.submitter_id, s.department_id, s.state, s.outcome, s.approver_id, s.bucket) m
    UNION ALL
    SELECT grain, whose, measure, day, state, detail, department_id, -count, -seconds FROM purchase_order_figures) both_sides
GROUP BY grain, whose, measure, day, state, detail, department_id
HAVING sum(count) <> 0 OR sum(seconds) <> 0;

-- The orders there are already.
INSERT INTO purchase_order_sums (grain, whose, measure, day, state, detail, department_id, count, seconds)
SELECT grain, whose, measure, day, state, detail, department_id, count, seconds FROM purchase_order_differences;
