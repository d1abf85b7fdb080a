from django.db import migrations

FORWARD = """
CREATE FUNCTION sv_sort(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(lower(value), 'åäöéèüÅÄÖÉÈÜ', '{|}eey{|}eey');
COMMENT ON FUNCTION sv_sort IS 'Swedish order: compare the result COLLATE "C"';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list = []
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION sv_sort(text)")]
