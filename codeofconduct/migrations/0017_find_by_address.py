from django.db import migrations, models

import portal.search.folding


class Migration(migrations.Migration):
    dependencies = [("codeofconduct", "0016_name_rows_of_contracts")]
    operations = [
        migrations.AddIndex(
            model_name="supplier",
            index=models.Index(portal.search.folding.Fold("street"), name="supplier_street"),
        ),
    ]
