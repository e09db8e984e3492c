-- What an administrators' change is found by: what happened, what was said and changed, what its record was called then and who did it.
-- Kept by the history as it appends; the row itself is never touched, and its hash does not cover what it is found by.
CREATE TABLE change_words (
    number bigint CONSTRAINT change_words_pk PRIMARY KEY,
    words tsvector NOT NULL
);
CREATE INDEX change_words_words_idx ON change_words USING gin (words) WITH (fastupdate = off);
ALTER TABLE change_words ALTER COLUMN words SET STATISTICS 1000;

-- As `engine::search::words` does it: lower case, without accents, letters and digits only.
CREATE FUNCTION words_of(text) RETURNS tsvector LANGUAGE sql AS $$
    SELECT array_to_tsvector(array(SELECT DISTINCT left(word, 50) FROM regexp_split_to_table(
        lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]', '', 'g')), '[^[:alnum:]]+') AS word WHERE word <> ''))
$$;
INSERT INTO change_words (number, words)
SELECT t.number, words_of(concat_ws(' ', t.event, t.note, t.data::text)) || coalesce(a.words, '') || coalesce(CASE t.subject_kind
    WHEN 'person' THEN (SELECT words FROM people WHERE id = t.subject_id)
    WHEN 'vendor' THEN (SELECT words FROM vendors WHERE id = t.subject_id)
    WHEN 'department' THEN (SELECT words FROM departments WHERE id = t.subject_id)
    WHEN 'cost_centre' THEN (SELECT words FROM cost_centres WHERE id = t.subject_id) END, '')
FROM transitions t LEFT JOIN people a ON a.id = t.actor_id
WHERE t.subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation');
DROP FUNCTION words_of(text);
