-- Signing in: sessions, what was typed before an error, counted failures, first results of forms.

CREATE TABLE sessions (
    -- SHA-256 of the cookie's id: reading this table signs nobody in.
    id_hash bytea CONSTRAINT sessions_pk PRIMARY KEY,
    person_id bigint CONSTRAINT sessions_person_fk REFERENCES people,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_person_idx ON sessions (person_id);
CREATE INDEX sessions_expiry_idx ON sessions (expires_at);

-- What a person typed and what was wrong with it, or what went well: shown by the next page.
CREATE TABLE flashes (
    request_id uuid NOT NULL,
    -- Whose: SHA-256 of the session's id.
    owner bytea NOT NULL,
    body jsonb NOT NULL CONSTRAINT flashes_body_size CHECK (octet_length(body::text) <= 131072),
    created_at timestamptz NOT NULL,
    CONSTRAINT flashes_pk PRIMARY KEY (owner, request_id)
);
CREATE INDEX flashes_age_idx ON flashes (created_at);

-- Failed sign-ins, counted for all servers together: per account and per address.
CREATE TABLE sign_in_failures (
    key text CONSTRAINT sign_in_failures_pk PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_age_idx ON sign_in_failures (last_at);

-- The first result of every form: the same request id again is answered with it.
CREATE TABLE requests (
    person_id bigint NOT NULL CONSTRAINT requests_person_fk REFERENCES people,
    request_id uuid NOT NULL,
    action text NOT NULL,
    -- Where the first one led; filled before commit.
    result text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    CONSTRAINT requests_pk PRIMARY KEY (person_id, request_id)
);
CREATE INDEX requests_age_idx ON requests (at);
