"""What has been invoiced and paid, and what has happened to a region's money in a year."""

from django.db.models import QuerySet

from funding.models import Basis, Contribution, Payment
from funding.queries.decisions import covering, decisions_of
from portal.history.queries import Changes, Ever, changes_of


def payments_of(contribution: Contribution) -> QuerySet[Payment]:
    """The region's invoices of the year, the first one first."""
    return Payment.objects.filter(funding_year=contribution.funding_year, region=contribution.region)


def history_of(contribution: Contribution, before: str) -> Changes:
    """Who changed what in all that the year's amounts stand on; `before`: the cursor of an older page. Amounts are in öre."""
    place = {"funding_year": contribution.funding_year, "region": contribution.region}
    return changes_of(
        contribution,
        Ever(Basis, **place),
        Ever(Payment, **place),
        decisions_of(contribution.region).filter(covering(contribution.funding_year.year)),
        before=before,
    )
