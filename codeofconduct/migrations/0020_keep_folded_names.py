"""The folded names of suppliers are kept in the row: to fold them anew took most of the time of a search."""

import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import portal.search.folding


class Migration(migrations.Migration):
    dependencies = [
        ("codeofconduct", "0019_history_of_contracts_by_statement"),
        ("history", "0002_actor_user"),
        ("search", "0003_quick_folding"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="supplier",
            name="update_update",
        ),
        migrations.RemoveIndex(
            model_name="supplier",
            name="supplier_names",
        ),
        migrations.AddField(
            model_name="supplier",
            name="folded_names",
            field=models.GeneratedField(
                db_persist=True, expression=portal.search.folding.Fold("name", "city"), output_field=models.TextField()
            ),
        ),
        migrations.AddIndex(
            model_name="supplier",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("folded_names"), name="gin_trgm_ops"),
                name="supplier_names",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supplier",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_sole_trader" IS DISTINCT FROM (NEW."is_sole_trader") OR OLD."merged_at" IS DISTINCT FROM (NEW."merged_at") OR OLD."merged_by_id" IS DISTINCT FROM (NEW."merged_by_id") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."postal_code" IS DISTINCT FROM (NEW."postal_code") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."street" IS DISTINCT FROM (NEW."street") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."website" IS DISTINCT FROM (NEW."website"))',
                    func='INSERT INTO "codeofconduct_supplierevent" ("city", "country", "created_at", "created_by_id", "id", "is_sole_trader", "merged_at", "merged_by_id", "merged_into_id", "name", "parent_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_code", "public_id", "street", "version", "website") VALUES (NEW."city", NEW."country", NEW."created_at", NEW."created_by_id", NEW."id", NEW."is_sole_trader", NEW."merged_at", NEW."merged_by_id", NEW."merged_into_id", NEW."name", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."postal_code", NEW."public_id", NEW."street", NEW."version", NEW."website"); RETURN NULL;',
                    hash="4790d4ed8eacec052c28cf5c0274750f2ebd82a3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e9704",
                    table="codeofconduct_supplier",
                    when="AFTER",
                ),
            ),
        ),
    ]
