"""The demo's funding year 2023, as the memo RS/29/2022 proposed it. Told once; again changes nothing."""

from datetime import date

from funding.actions.bases import enter_basis
from funding.actions.years import open_year
from funding.enums import BasisStanding
from funding.models import Contribution, FundingYear, Rate
from portal.history.models import SystemActor
from regions.models import User

ADMIN = "admin@demo.example"
YEAR, BASIS_DATE = 2023, date(2021, 12, 31)
MEMO = "RS/29/2022"


def tell(*, by: SystemActor) -> None:
    """Open 2023 at the registered 100 öre and enter Jämtland Härjedalen's 131 418 inhabitants from the memo.

    By the demo's administrator where there is one: the page says who opened the year.
    """
    if FundingYear.objects.filter(year=YEAR).exists():
        return
    rate = Rate.objects.get(valid_from_year=YEAR)
    admin = User.objects.filter(email=ADMIN).first() or by
    year = open_year(
        by=admin, year=YEAR, ore_per_inhabitant=rate.ore_per_inhabitant, rate_source=rate.source, basis_date=BASIS_DATE
    )
    enter_basis(
        by=admin,
        contribution=Contribution.objects.get(funding_year=year, region__code="23"),
        version=1,
        population=131_418,
        reference_date=None,
        undated_reason="Tjänsteskrivelsen anger inget datum.",
        source=MEMO,
        standing=BasisStanding.UNSTATED,
    )
