from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("codeofconduct", "0015_let_missing_texts_be_entered")]
    operations = [
        migrations.AlterModelOptions(
            name="contractcategory", options={"verbose_name": "contract's purchase category"}
        ),
        migrations.AlterModelOptions(name="contractcpv", options={"verbose_name": "contract's CPV code"}),
        migrations.AlterModelOptions(
            name="contractparameter", options={"verbose_name": "contract's clause parameter"}
        ),
        migrations.AlterModelOptions(name="contractparty", options={"verbose_name": "other region in the contract"}),
    ]
