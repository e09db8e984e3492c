-- Files attached to records of every workflow. Their bytes are in the store of files, under the row's id.

CREATE TABLE attachments (
    id uuid CONSTRAINT attachments_pk PRIMARY KEY,
    subject_kind text NOT NULL CONSTRAINT attachments_subject_kind_known CHECK (subject_kind IN ('purchase_order')),
    subject_id bigint NOT NULL,
    name text NOT NULL CONSTRAINT attachments_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    size bigint NOT NULL CONSTRAINT attachments_size_range CHECK (size BETWEEN 1 AND 26214400),
    -- Told from the first bytes, not from the name.
    media_type text NOT NULL,
    sha256 bytea NOT NULL CONSTRAINT attachments_sha256_size CHECK (octet_length(sha256) = 32),
    uploaded_by bigint NOT NULL CONSTRAINT attachments_uploaded_by_fk REFERENCES people,
    uploaded_at timestamptz NOT NULL,
    -- Only while nobody was asked to decide with it; the bytes are gone a day later.
    removed_by bigint CONSTRAINT attachments_removed_by_fk REFERENCES people,
    removed_at timestamptz,
    CONSTRAINT attachments_removed_whole CHECK ((removed_by IS NULL) = (removed_at IS NULL))
);
CREATE INDEX attachments_subject_idx ON attachments (subject_kind, subject_id, uploaded_at, id) WHERE removed_at IS NULL;
CREATE INDEX attachments_uploaded_by_idx ON attachments (uploaded_by);
CREATE INDEX attachments_removed_by_idx ON attachments (removed_by) WHERE removed_by IS NOT NULL;
