-- History: one table for every workflow and for changes to people, vendors, rules and settings. Append only, chained per record, sealed as a whole.

CREATE TABLE transitions (
    subject_kind text NOT NULL CONSTRAINT transitions_subject_kind_shape CHECK (subject_kind ~ '^[a-z_]{1,40}$'),
    subject_id bigint NOT NULL,
    -- From 1 without gaps per record.
    seq integer NOT NULL CONSTRAINT transitions_seq_positive CHECK (seq > 0),
    event text NOT NULL,
    from_state text,
    to_state text,
    round integer,
    level smallint,
    -- Null: the system.
    actor_id bigint CONSTRAINT transitions_actor_fk REFERENCES people,
    on_behalf_of_id bigint CONSTRAINT transitions_on_behalf_of_fk REFERENCES people,
    way text NOT NULL CONSTRAINT transitions_way_known CHECK (way IN ('page', 'link', 'override', 'timer', 'system', 'command')),
    note text,
    -- What else belongs to it: reason category, override reason, changed fields.
    data jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL,
    -- HMAC-SHA-256 over the format version, the record's row before and these fields.
    hash bytea NOT NULL CONSTRAINT transitions_hash_size CHECK (octet_length(hash) = 32),
    -- Which database cluster wrote it and in which transaction: what a seal covers.
    epoch integer NOT NULL,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT transitions_pk PRIMARY KEY (subject_kind, subject_id, seq)
);
CREATE INDEX transitions_actor_idx ON transitions (actor_id, at) WHERE actor_id IS NOT NULL;
CREATE INDEX transitions_on_behalf_of_idx ON transitions (on_behalf_of_id) WHERE on_behalf_of_id IS NOT NULL;
CREATE INDEX transitions_unsealed_idx ON transitions (epoch, tx);

-- The newest row of each record, so that a missing one shows at once.
CREATE TABLE history_heads (
    subject_kind text NOT NULL,
    subject_id bigint NOT NULL,
    seq integer NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT history_heads_pk PRIMARY KEY (subject_kind, subject_id)
);

-- A new one whenever the database turns out to be another cluster or timeline than before (restored).
CREATE TABLE epochs (
    epoch integer CONSTRAINT epochs_pk PRIMARY KEY,
    cluster text NOT NULL,
    started_at timestamptz NOT NULL
);

-- One chain over all records: each seal covers the rows of the transactions in [tx_from, tx_to) of its epoch.
CREATE TABLE seals (
    id bigint CONSTRAINT seals_pk PRIMARY KEY,
    epoch integer NOT NULL CONSTRAINT seals_epoch_fk REFERENCES epochs,
    tx_from xid8 NOT NULL,
    tx_to xid8 NOT NULL,
    rows bigint NOT NULL,
    hash bytea NOT NULL CONSTRAINT seals_hash_size CHECK (octet_length(hash) = 32),
    at timestamptz NOT NULL
);
CREATE INDEX seals_epoch_idx ON seals (epoch, id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: history is append only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER transitions_append_only BEFORE UPDATE OR DELETE ON transitions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transitions_no_truncate BEFORE TRUNCATE ON transitions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seals_append_only BEFORE UPDATE OR DELETE ON seals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seals_no_truncate BEFORE TRUNCATE ON seals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Fire even where session_replication_role would switch ordinary triggers off.
ALTER TABLE transitions ENABLE ALWAYS TRIGGER transitions_append_only;
ALTER TABLE transitions ENABLE ALWAYS TRIGGER transitions_no_truncate;
ALTER TABLE seals ENABLE ALWAYS TRIGGER seals_append_only;
ALTER TABLE seals ENABLE ALWAYS TRIGGER seals_no_truncate;
