-- What belongs to the history refuses changes as the history does, also where session_replication_role would switch
-- ordinary triggers off.
ALTER TABLE rejected_items ENABLE ALWAYS TRIGGER rejected_items_append_only;
ALTER TABLE rejected_items ENABLE ALWAYS TRIGGER rejected_items_no_truncate;

CREATE TRIGGER epochs_append_only BEFORE UPDATE OR DELETE ON epochs FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER epochs_no_truncate BEFORE TRUNCATE ON epochs FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE epochs ENABLE ALWAYS TRIGGER epochs_append_only;
ALTER TABLE epochs ENABLE ALWAYS TRIGGER epochs_no_truncate;

-- Heads move on, but none goes and none goes back.
CREATE FUNCTION refuse_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (new.subject_kind, new.subject_id) <> (old.subject_kind, old.subject_id) OR new.seq < old.seq THEN
        RAISE EXCEPTION '% of % is refused: history is append only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER history_heads_onwards BEFORE UPDATE ON history_heads FOR EACH ROW EXECUTE FUNCTION refuse_step_back();
CREATE TRIGGER history_heads_no_delete BEFORE DELETE ON history_heads FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_heads_no_truncate BEFORE TRUNCATE ON history_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE history_heads ENABLE ALWAYS TRIGGER history_heads_onwards;
ALTER TABLE history_heads ENABLE ALWAYS TRIGGER history_heads_no_delete;
ALTER TABLE history_heads ENABLE ALWAYS TRIGGER history_heads_no_truncate;
