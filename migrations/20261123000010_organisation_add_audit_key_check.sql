-- What the history's key makes of a fixed text: a server with another key would write rows that nobody can verify, so it does not start.
ALTER TABLE organisation ADD COLUMN audit_key_check bytea
    CONSTRAINT organisation_audit_key_check_size CHECK (octet_length(audit_key_check) = 32);
