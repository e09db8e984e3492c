-- Just-in-time compilation costs half a second a statement here and gains nothing: recursive queries (chains of managers) are
-- estimated at many times what they return. For new sessions of this database; a role that may not set it goes on without.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'jit stays as the server sets it';
END
$$;
