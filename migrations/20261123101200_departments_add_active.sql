-- Departments are never deleted: an inactive one is offered no more.
ALTER TABLE departments
    ADD COLUMN active boolean NOT NULL DEFAULT true,
    ADD COLUMN version integer NOT NULL DEFAULT 1;
