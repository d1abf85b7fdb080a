import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from portal.history.together import Together


class Migration(migrations.Migration):

    dependencies = [
        ('codeofconduct', '0006_let_topics_be_renamed'),
        ('files', '0001_initial'),
        ('history', '0002_actor_user'),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name='cpvcode',
                    name='insert_insert',
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name='cpvcode',
                    name='update_update',
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name='cpvcode',
                    name='delete_delete',
                ),
                migrations.AddField(
                    model_name='cpvcode',
                    name='source',
                    field=models.CharField(blank=True, max_length=300, verbose_name='source'),
                ),
                migrations.AddField(
                    model_name='cpvcodeevent',
                    name='source',
                    field=models.CharField(blank=True, max_length=300, verbose_name='source'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='cpvcode',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "codeofconduct_cpvcodeevent" ("code", "id", "name_en", "name_sv", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."code", NEW."id", NEW."name_en", NEW."name_sv", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."source"); RETURN NULL;', hash='926f3265aad7348ec439d75af3d09486e176781c', operation='INSERT', pgid='pgtrigger_insert_insert_dd024', table='codeofconduct_cpvcode', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='cpvcode',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "codeofconduct_cpvcodeevent" ("code", "id", "name_en", "name_sv", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."code", NEW."id", NEW."name_en", NEW."name_sv", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."source"); RETURN NULL;', hash='879e0c0ae64ceb7c95b340e46b7565cbe0dcb710', operation='UPDATE', pgid='pgtrigger_update_update_01d77', table='codeofconduct_cpvcode', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='cpvcode',
                    trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "codeofconduct_cpvcodeevent" ("code", "id", "name_en", "name_sv", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (OLD."code", OLD."id", OLD."name_en", OLD."name_sv", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."source"); RETURN NULL;', hash='681fab2381c4a96fcbd723cb1ceec3a5469a20fb', operation='DELETE', pgid='pgtrigger_delete_delete_df48b', table='codeofconduct_cpvcode', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='purchasecategory',
                    trigger=pgtrigger.compiler.Trigger(name='purchase_category_no_ring', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."parent_id" IS NOT NULL)', constraint='CONSTRAINT', func="\n        IF EXISTS (\n            WITH RECURSIVE above(id) AS (\n                SELECT parent_id FROM codeofconduct_purchasecategory WHERE id = NEW.id\n                UNION\n                SELECT category.parent_id FROM codeofconduct_purchasecategory category JOIN above USING (id)\n            ) SELECT 1 FROM above WHERE id = NEW.id\n        ) THEN\n            RAISE EXCEPTION 'A purchase category can''t stand below itself' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NULL;\n    ", hash='42c9a3ac233fb66df26df4b935e27f9f6e6a9b2a', operation='INSERT OR UPDATE OF "parent_id"', pgid='pgtrigger_purchase_category_no_ring_0603a', table='codeofconduct_purchasecategory', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='riskassessment',
                    trigger=pgtrigger.compiler.Trigger(name='risk_assessment_settled_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."settled_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fe85659421b4007adfca25b075950e9fc20183d3', operation='UPDATE OR DELETE', pgid='pgtrigger_risk_assessment_settled_is_kept_7cb55', table='codeofconduct_riskassessment', when='BEFORE')),
                ),
                migrations.AddConstraint(
                    model_name='riskassessment',
                    constraint=models.UniqueConstraint(condition=models.Q(('settled_at__isnull', True)), fields=('category',), name='risk_assessment_one_draft', violation_error_message='The category has a draft of a risk assessment already.'),
                ),
            ]
        )
    ]
