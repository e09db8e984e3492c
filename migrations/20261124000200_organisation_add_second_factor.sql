-- Of whom a second factor is required, and above which total for approving.
ALTER TABLE organisation
    ADD COLUMN second_factor_for_all boolean NOT NULL DEFAULT false,
    ADD COLUMN second_factor_roles text[] NOT NULL DEFAULT '{}',
    ADD COLUMN second_factor_above numeric(14, 2)
        CONSTRAINT organisation_second_factor_above_range CHECK (second_factor_above >= 0);
