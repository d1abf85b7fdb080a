"""What each database role may do, set anew after every migration (docs/adr/0003-three-database-roles.md).

The owner owns. The application reads and writes rows but has no DDL and no TRUNCATE; history it only reads, for the
triggers that write it do so as the owner. The retention role may also delete history and is, beside the owner, the
only one whose `pgtrigger.ignore` is heard.
"""

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

# pgtrigger's own function obeys a session variable that any role can set. This one asks first who logged in.
SHOULD_IGNORE = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS $$
    BEGIN
        -- Nearly always: each row that is written asks, so this must cost next to nothing.
        IF COALESCE(current_setting('pgtrigger.ignore', TRUE), '') = '' THEN
            RETURN FALSE;
        END IF;
        RETURN (session_user = {retention}
                OR pg_has_role(session_user, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE'))
            AND trigger_name = ANY(COALESCE(NULLIF(current_setting('pgtrigger.ignore', TRUE), ''), '{{}}')::NAME[]);
    END;
$$ LANGUAGE plpgsql STABLE
"""

# With these the triggers fill the history as the owner: nobody else can, so no row of it is invented. The search path
# is fixed, or the caller's would decide which table "…event" is.
RECORD_AS_OWNER = """
DO $$
    DECLARE recorder regprocedure;
    BEGIN
        FOR recorder IN
            SELECT DISTINCT tgfoid::regprocedure FROM pg_trigger
            WHERE tgname ~ '^pgtrigger_(insert_insert|update_update|delete_delete)_'
        LOOP
            EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = public, pg_temp', recorder);
        END LOOP;
    END
$$
"""


def is_history(model: type) -> bool:
    """True for the tables that the history triggers fill."""
    return hasattr(model, "pgh_tracked_model")


def apply(*, using: str = "default", **kwargs: object) -> None:
    """Create the cache table, redefine the ignore function and grant rights. Does nothing unless the owner is logged in."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_userbyid(datdba) = session_user FROM pg_database WHERE datname = current_database()"
        )
        if not cursor.fetchone()[0]:
            return
        call_command("createcachetable", database=using, verbosity=0)
        app, retention = sql.Identifier(settings.APPLICATION_ROLE), sql.Identifier(settings.RETENTION_ROLE)
        cursor.execute(sql.SQL(SHOULD_IGNORE).format(retention=sql.Literal(settings.RETENTION_ROLE)))
        cursor.execute(RECORD_AS_OWNER)
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for role in (app, retention):
            cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(role))
            cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
            cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
            cursor.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(role))
        history = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if is_history(model)}
        for table in connection.introspection.table_names(cursor):
            if table == "django_migrations":
                continue
            name = sql.Identifier(table)
            if table not in history:
                cursor.execute(sql.SQL("GRANT INSERT, UPDATE, DELETE ON {} TO {}").format(name, app))
            cursor.execute(sql.SQL("GRANT INSERT, UPDATE, DELETE ON {} TO {}").format(name, retention))
