"""The same folding, quicker, and at a cost that the planner sees.

A function in SQL is put into the query in place of its call, where the planner takes it for nearly free: it then reads
whole tables rather than an index. Of letters beyond ASCII å ä ö are nearly all, and `replace` is quicker than `translate`.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION sv_fold(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 300 AS $$
DECLARE
    folded text := lower(value);
BEGIN
    IF octet_length(folded) > char_length(folded) THEN
        folded := replace(replace(replace(folded, 'å', 'a'), 'ä', 'a'), 'ö', 'o');
    END IF;
    IF octet_length(folded) > char_length(folded) THEN
        folded := translate(folded, 'áàâãæçéèêëíìîïñøóòôõšüúùûýÿž', 'aaaaaceeeeiiiinooooosuuuuyyz');
    END IF;
    RETURN folded;
END $$;

CREATE OR REPLACE FUNCTION sv_number(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 300 AS $$
BEGIN
    RETURN translate(lower(value), ' -./–‑' || chr(160), '');
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION sv_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN octet_length(value) = char_length(value) THEN lower(value)
    ELSE translate(lower(value), 'åäáàâãæçéèêëíìîïñöøóòôõšüúùûýÿž', 'aaaaaaaceeeeiiiinoooooosuuuuyyz')
END;
CREATE OR REPLACE FUNCTION sv_number(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(lower(value), ' -./–‑' || chr(160), '');
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0002_folding")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
