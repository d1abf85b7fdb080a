from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations

import codeofconduct.names


class Migration(migrations.Migration):
    dependencies = [("codeofconduct", "0017_find_by_address")]
    operations = [
        migrations.RemoveIndex(model_name="supplier", name="supplier_core_name_likeness"),
        migrations.AddIndex(
            model_name="supplier",
            index=GinIndex(
                OpClass(codeofconduct.names.CoreName("name"), name="gin_trgm_ops"),
                fastupdate=False,
                name="supplier_core_name_likeness",
            ),
        ),
    ]
