"""What matching compares: letters without their marks, numbers without their dashes, texts as word stems.

All three are immutable, so that they can be indexed (`portal.search.folding`).
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION sv_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN octet_length(value) = char_length(value) THEN lower(value)
    ELSE translate(lower(value), 'åäáàâãæçéèêëíìîïñöøóòôõšüúùûýÿž', 'aaaaaaaceeeeiiiinoooooosuuuuyyz')
END;
COMMENT ON FUNCTION sv_fold IS 'Small letters without marks, each letter one letter';

CREATE FUNCTION sv_number(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(lower(value), ' -./–‑' || chr(160), '');
COMMENT ON FUNCTION sv_number IS 'A number without what people set between its parts';

CREATE FUNCTION sv_vector(value text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('pg_catalog.swedish'::regconfig, value) || to_tsvector('pg_catalog.simple'::regconfig, value);
COMMENT ON FUNCTION sv_vector IS 'Swedish stems, and the words as they stand for prefixes of them';
"""
BACKWARD = "DROP FUNCTION sv_vector(text); DROP FUNCTION sv_number(text); DROP FUNCTION sv_fold(text);"


class Migration(migrations.Migration):
    dependencies = [("search", "0001_swedish_order")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
