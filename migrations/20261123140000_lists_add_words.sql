-- What administrators' lists are found and filtered by. Words as `engine::search::words` cuts them; kept by the records' services.
CREATE FUNCTION words_of(text) RETURNS tsvector LANGUAGE sql AS $$
    SELECT array_to_tsvector(array(SELECT DISTINCT left(word, 50) FROM regexp_split_to_table(
        lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]', '', 'g')), '[^[:alnum:]]+') AS word WHERE word <> ''))
$$;

ALTER TABLE people ADD COLUMN words tsvector NOT NULL DEFAULT '';
UPDATE people SET words = words_of(name || ' ' || email);
CREATE INDEX people_words_idx ON people USING gin (words) WITH (fastupdate = off);
CREATE INDEX people_active_idx ON people (((deactivated_at IS NULL)::text), lower(name), id);

ALTER TABLE departments ADD COLUMN words tsvector NOT NULL DEFAULT '';
UPDATE departments SET words = words_of(name);
CREATE INDEX departments_words_idx ON departments USING gin (words) WITH (fastupdate = off);
CREATE INDEX departments_active_idx ON departments ((active::text), lower(name), id);

ALTER TABLE cost_centres ADD COLUMN words tsvector NOT NULL DEFAULT '';
UPDATE cost_centres SET words = words_of(code || ' ' || name);
CREATE INDEX cost_centres_words_idx ON cost_centres USING gin (words) WITH (fastupdate = off);
CREATE INDEX cost_centres_active_idx ON cost_centres ((active::text), lower(code), id);
CREATE INDEX cost_centres_name_idx ON cost_centres (lower(name), id);

DROP FUNCTION words_of(text);

-- What is against a vendor, as its list says it: a hold says more than a flag.
ALTER TABLE vendors ADD COLUMN standing text NOT NULL GENERATED ALWAYS AS (
    CASE WHEN hold_reason IS NOT NULL THEN 'on_hold' WHEN flag_reason IS NOT NULL THEN 'flagged' ELSE 'active' END) STORED;
CREATE INDEX vendors_standing_idx ON vendors (standing, lower(name), id);
CREATE INDEX vendors_email_idx ON vendors (lower(email), id);
