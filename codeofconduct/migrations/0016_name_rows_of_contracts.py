import django.db.models.deletion
from django.db import migrations, models

from portal.history.together import Together


class Migration(migrations.Migration):
    dependencies = [("codeofconduct", "0015_let_missing_texts_be_entered")]
    operations = [Together([
        migrations.AlterModelOptions(
            name="contractcategory", options={"verbose_name": "contract's purchase category"}
        ),
        migrations.AlterModelOptions(name="contractcpv", options={"verbose_name": "contract's CPV code"}),
        migrations.AlterModelOptions(
            name="contractparameter", options={"verbose_name": "contract's clause parameter"}
        ),
        migrations.AlterModelOptions(name="contractparty", options={"verbose_name": "other region in the contract"}),
        migrations.AlterField(
            model_name='facility',
            name='supplier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facilities', to='codeofconduct.supplier', verbose_name='supplier'),
        ),
        migrations.AlterField(
            model_name='facilityevent',
            name='supplier',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='codeofconduct.supplier', verbose_name='supplier'),
        ),
        migrations.AlterField(
            model_name='suppliercommitment',
            name='supplier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='codeofconduct.supplier', verbose_name='supplier'),
        ),
        migrations.AlterField(
            model_name='suppliercommitmentevent',
            name='supplier',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='codeofconduct.supplier', verbose_name='supplier'),
        ),
        migrations.AlterField(
            model_name='suppliercontact',
            name='supplier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='codeofconduct.supplier', verbose_name='supplier'),
        ),
        migrations.AlterField(
            model_name='suppliercontactevent',
            name='supplier',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='codeofconduct.supplier', verbose_name='supplier'),
        ),
        migrations.AlterField(
            model_name='supplieridentifier',
            name='supplier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='codeofconduct.supplier', verbose_name='supplier'),
        ),
        migrations.AlterField(
            model_name='supplieridentifierevent',
            name='supplier',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='codeofconduct.supplier', verbose_name='supplier'),
        ),
        migrations.AlterField(
            model_name='supplylink',
            name='facility',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supply_links', to='codeofconduct.facility', verbose_name='facility'),
        ),
        migrations.AlterField(
            model_name='supplylinkevent',
            name='facility',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='codeofconduct.facility', verbose_name='facility'),
        ),
    ])]
