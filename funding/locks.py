"""Several years at once: who writes to them takes them in one order."""

from django.db import connection

from funding.models import FundingYear


def lock_years() -> None:
    """Lock every year until the transaction ends, the first one first; nor is one opened meanwhile.

    Whoever writes to more than one year, or opens one, begins with this: two of them take turns, and the second sees all
    that the first has written, a year that it opened too.
    """
    with connection.cursor() as cursor:
        # A year that is not there yet has no row to wait for.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('funding'), hashtext('years'))")
    list(FundingYear.objects.order_by("year").select_for_update().values_list("pk"))
