-- A head that stays where it is keeps its hash too.
CREATE OR REPLACE FUNCTION refuse_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (new.subject_kind, new.subject_id) <> (old.subject_kind, old.subject_id) OR new.seq < old.seq
        OR (new.seq = old.seq AND new.hash <> old.hash) THEN
        RAISE EXCEPTION '% of % is refused: history is append only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN new;
END
$$;
