-- The second factor of signing in: one-time codes (RFC 6238) and recovery codes. Neither is here: both are made from these nonces and
-- a key of the server's, so that nobody who reads the database alone can make one.
CREATE TABLE second_factors (
    person_id bigint CONSTRAINT second_factors_pk PRIMARY KEY CONSTRAINT second_factors_person_fk REFERENCES people,
    nonce bytea NOT NULL CONSTRAINT second_factors_nonce_size CHECK (octet_length(nonce) = 32),
    -- The last period of 30 seconds whose code was used: none works twice.
    last_step bigint NOT NULL,
    recovery_nonce bytea NOT NULL CONSTRAINT second_factors_recovery_nonce_size CHECK (octet_length(recovery_nonce) = 32),
    -- One bit for each of ten recovery codes that was used.
    recovery_used integer NOT NULL DEFAULT 0 CONSTRAINT second_factors_recovery_used_range CHECK (recovery_used BETWEEN 0 AND 1023),
    set_up_at timestamptz NOT NULL
);
