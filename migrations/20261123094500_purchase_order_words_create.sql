-- What an order is found by: its number, its vendor's, and every word of its justification and lines. A table of its own, since an
-- index over words is dear to write and an order's row changes with every decision. Kept by the order's service.
CREATE TABLE purchase_order_words (
    purchase_order_id bigint CONSTRAINT purchase_order_words_pk PRIMARY KEY
        CONSTRAINT purchase_order_words_order_fk REFERENCES purchase_orders,
    words tsvector NOT NULL
);
CREATE INDEX purchase_order_words_words_idx ON purchase_order_words USING gin (words) WITH (fastupdate = off);
-- The planner must know how common a word is: it walks the orders for a common one and asks the index for a rare one.
ALTER TABLE purchase_order_words ALTER COLUMN words SET STATISTICS 1000;

ALTER TABLE vendors ADD COLUMN words tsvector NOT NULL DEFAULT '';
CREATE INDEX vendors_words_idx ON vendors USING gin (words) WITH (fastupdate = off);

-- As `engine::search::words` does it: lower case, without accents, letters and digits only.
CREATE FUNCTION words_of(text) RETURNS tsvector LANGUAGE sql AS $$
    SELECT array_to_tsvector(array(SELECT DISTINCT left(word, 50) FROM regexp_split_to_table(
        lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]', '', 'g')), '[^[:alnum:]]+') AS word WHERE word <> ''))
$$;
UPDATE vendors SET words = words_of(name);
INSERT INTO purchase_order_words
SELECT o.id, words_of(concat_ws(' ', 'po', o.id, o.justification,
        (SELECT string_agg(t.description, ' ') FROM (
            SELECT description FROM purchase_order_lines l WHERE l.purchase_order_id = o.id
            UNION SELECT description FROM rejected_items r WHERE r.purchase_order_id = o.id) t)))
    || array_to_tsvector(CASE WHEN o.vendor_id IS NULL THEN '{}' ELSE ARRAY[':vendor:' || o.vendor_id] END)
FROM purchase_orders o;
DROP FUNCTION words_of(text);

-- The orders sorted otherwise than by number.
CREATE INDEX purchase_orders_needed_by_idx ON purchase_orders (needed_by, id);
CREATE INDEX purchase_orders_total_idx ON purchase_orders (total, id);
CREATE INDEX purchase_orders_status_changed_at_idx ON purchase_orders (status_changed_at, id);
CREATE INDEX purchase_orders_sla_due_at_idx ON purchase_orders (sla_due_at, id);
-- Filters, in the usual order.
DROP INDEX purchase_orders_department_idx;
CREATE INDEX purchase_orders_department_idx ON purchase_orders (department_id, id DESC);
