from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("codeofconduct", "0010_guard_the_register")]
    operations = [
        migrations.AlterModelOptions(name="categorycpv", options={"verbose_name": "category's CPV code"}),
        migrations.AlterModelOptions(name="categoryowner", options={"verbose_name": "category's owner"}),
        migrations.AlterModelOptions(name="categorypriority", options={"verbose_name": "category's priority"}),
        migrations.AlterModelOptions(
            name="plantask", options={"ordering": ["due_on", "pk"], "verbose_name": "task of a category action plan"}
        ),
        migrations.AlterModelOptions(
            name="riskcell", options={"ordering": ["assessment", "pk"], "verbose_name": "risk of an area and stage"}
        ),
    ]
