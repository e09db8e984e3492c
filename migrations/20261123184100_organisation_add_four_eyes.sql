-- Whether a change of approval rules is confirmed by another administrator than the one who proposed it.
ALTER TABLE organisation
    ADD COLUMN four_eyes boolean NOT NULL DEFAULT true,
    ADD COLUMN version integer NOT NULL DEFAULT 1;
