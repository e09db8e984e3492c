-- The last seal (seals.id) that was mailed: each day's is, once.
ALTER TABLE organisation ADD mailed_seal bigint NOT NULL DEFAULT 0;
