from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ("codeofconduct", "0004_adopted_versions_and_periods"),
    ]

    operations = [
        migrations.RemoveField(
            model_name='categorypriority',
            name='valid_from',
        ),
        migrations.RemoveField(
            model_name='categorypriority',
            name='valid_to',
        ),
        migrations.RemoveField(
            model_name='categorypriorityevent',
            name='valid_from',
        ),
        migrations.RemoveField(
            model_name='categorypriorityevent',
            name='valid_to',
        ),
        migrations.RemoveField(
            model_name='clauseversion',
            name='state',
        ),
        migrations.RemoveField(
            model_name='clauseversionevent',
            name='state',
        ),
        migrations.RemoveField(
            model_name='codeversion',
            name='state',
        ),
        migrations.RemoveField(
            model_name='codeversionevent',
            name='state',
        ),
        migrations.AlterField(
            model_name='categorypriority',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='priorities', to='codeofconduct.priorityperiod'),
        ),
        migrations.AlterField(
            model_name='categorypriorityevent',
            name='period',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='codeofconduct.priorityperiod'),
        ),
    ]
