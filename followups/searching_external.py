"""Results that others made, in the search."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from followups.models import ExternalResult
from followups.queries.external import result_fields, with_names
from portal.search.sources import Source
from portal.ui.templatetags.formats import day
from regions.models import User


def _results(user: User) -> QuerySet[ExternalResult]:
    return with_names(ExternalResult.objects.visible_to(user).standing())


SEARCHED = Source(
    key="external-result",
    label=gettext_lazy("Results from others"),
    rows=_results,
    fields=result_fields,
    url=lambda result: reverse("followups:external-result-detail", args=[result.public_id]),
    title=lambda result: result.supplier.name,
    caption=lambda result: f"{result.body} · {result.get_method_display()} · {day(result.carried_out_on)}",
    order=41,
)
