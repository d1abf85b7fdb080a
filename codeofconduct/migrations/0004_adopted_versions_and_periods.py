"""What a version's state said becomes when it was adopted; what a category's dates said becomes its period."""

from django.db import migrations

FORWARD = """
ALTER TABLE codeofconduct_codeversion DISABLE TRIGGER USER;
ALTER TABLE codeofconduct_clauseversion DISABLE TRIGGER USER;
ALTER TABLE codeofconduct_categorypriority DISABLE TRIGGER USER;
ALTER TABLE codeofconduct_categorypriorityevent DISABLE TRIGGER USER;
UPDATE codeofconduct_codeversion SET adopted_at = created_at, adopted_by_id = created_by_id WHERE state <> 'draft';
UPDATE codeofconduct_clauseversion SET adopted_at = created_at, adopted_by_id = created_by_id WHERE state <> 'draft';
INSERT INTO codeofconduct_priorityperiod (public_id, created_at, created_by_id, valid_from, valid_to, source)
SELECT 'period' || to_char(valid_from, 'YYYYMM'), now(), (SELECT min(id) FROM history_actor WHERE kind = 'system'),
       valid_from, max(valid_to), ''
FROM codeofconduct_categorypriority GROUP BY valid_from;
UPDATE codeofconduct_categorypriority SET period_id = period.id
FROM codeofconduct_priorityperiod period WHERE period.valid_from = codeofconduct_categorypriority.valid_from;
UPDATE codeofconduct_categorypriorityevent SET period_id = period.id
FROM codeofconduct_priorityperiod period WHERE period.valid_from = codeofconduct_categorypriorityevent.valid_from;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE codeofconduct_codeversion ENABLE TRIGGER USER;
ALTER TABLE codeofconduct_clauseversion ENABLE TRIGGER USER;
ALTER TABLE codeofconduct_categorypriority ENABLE TRIGGER USER;
ALTER TABLE codeofconduct_categorypriorityevent ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("codeofconduct", "0003_ground"), ("history", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
