"""What has been invoiced and paid."""

from django.db.models import QuerySet

from funding.models import Contribution, Payment


def payments_of(contribution: Contribution) -> QuerySet[Payment]:
    """The region's invoices of the year, the first one first."""
    return Payment.objects.filter(funding_year=contribution.funding_year, region=contribution.region)
