"""A basis has its year's rate, and a contribution stands on a basis of its own region and year: keys over several columns."""

from django.db import migrations

ADD_KEYS = """
ALTER TABLE funding_basis ADD CONSTRAINT basis_has_the_rate_of_its_year
    FOREIGN KEY (funding_year_id, ore_per_inhabitant) REFERENCES funding_fundingyear (id, ore_per_inhabitant);
ALTER TABLE funding_contribution ADD CONSTRAINT contribution_has_a_basis_of_its_own
    FOREIGN KEY (basis_id, funding_year_id, region_id) REFERENCES funding_basis (id, funding_year_id, region_id);
"""

DROP_KEYS = """
ALTER TABLE funding_contribution DROP CONSTRAINT contribution_has_a_basis_of_its_own;
ALTER TABLE funding_basis DROP CONSTRAINT basis_has_the_rate_of_its_year;
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial")]

    operations = [migrations.RunSQL(ADD_KEYS, DROP_KEYS)]
