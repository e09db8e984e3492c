-- Goes up whenever everything signed in must end: a password change, a deactivation, sign out everywhere. A session carries the
-- number it was signed in under, so that a sign-in that was under way at that moment is not let in either.
ALTER TABLE people ADD COLUMN credential_version integer NOT NULL DEFAULT 1
    CONSTRAINT people_credential_version_positive CHECK (credential_version > 0);
