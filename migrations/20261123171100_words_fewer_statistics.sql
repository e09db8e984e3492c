-- To know a common word from a rare one the commonest thousand are enough: the planner reads all that are kept for every search, and ten
-- thousand took it a millisecond.
ALTER TABLE purchase_order_words ALTER COLUMN words SET STATISTICS 100;
ALTER TABLE change_words ALTER COLUMN words SET STATISTICS 100;
ANALYZE purchase_order_words, change_words;
