-- How far the demo's clock was moved ahead, in seconds. Nothing but a demo has one that is.
ALTER TABLE organisation
    ADD COLUMN clock_moved_seconds bigint NOT NULL DEFAULT 0
        CONSTRAINT organisation_clock_range CHECK (clock_moved_seconds BETWEEN 0 AND 315360000),
    ADD CONSTRAINT organisation_clock_of_a_demo CHECK (demo OR clock_moved_seconds = 0);
