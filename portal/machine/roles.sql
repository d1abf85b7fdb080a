-- The portal's database with its three roles (docs/adr/0003-three-database-roles.md). Run by a superuser, as often as one
-- likes, with psql; the passwords come from the environment:
--   PORTAL_OWNER_PASSWORD=… PORTAL_APP_PASSWORD=… PORTAL_RETENTION_PASSWORD=… psql -v ON_ERROR_STOP=1 -f roles.sql postgres
-- The embedded server and docker-compose's `db` are both set up by this file. Rights on tables are not given here: each
-- `manage.py migrate` gives them, as the owner.
\getenv owner_password PORTAL_OWNER_PASSWORD
\getenv app_password PORTAL_APP_PASSWORD
\getenv retention_password PORTAL_RETENTION_PASSWORD

-- Owner: migrations, nothing else. Application: web, worker, beat. Retention: disposal that has been decided.
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['portal_owner', 'portal_app', 'portal_retention']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE portal_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE portal_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'app_password';
ALTER ROLE portal_retention LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'retention_password';

SELECT 'CREATE DATABASE portal OWNER portal_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'portal') \gexec

-- PUBLIC may by default connect and make temporary tables; here only who needs it may connect.
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal_app, portal_retention;

-- In the template too, so that databases made from it, the tests' among them, have the extensions.
\connect template1
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;

\connect portal
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;
ALTER SCHEMA public OWNER TO portal_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_app, portal_retention;
