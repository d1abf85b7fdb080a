"""Reads over follow-ups and documents from before the portal."""

from django.db.models import QuerySet
from django.http import QueryDict

from codeofconduct.queries.suppliers import suppliers_listed
from followups.models import EarlierDocument, FollowUp, PastFollowUp
from portal.ui.paging import KeyPage, key_page
from regions.models import User

OFFERED = 50


def waiting_documents(user: User, query: QueryDict) -> KeyPage[EarlierDocument]:
    """A page of the documents that belong to no follow-up yet, the oldest first."""
    found = EarlierDocument.objects.visible_to(user).unmatched().select_related("file", "created_by")
    return key_page(found, query)


def matched_lately(user: User) -> QuerySet[EarlierDocument]:
    """The documents that came into their place last."""
    found = EarlierDocument.objects.visible_to(user).filter(follow_up__isnull=False)
    return found.select_related("file", "follow_up__supplier", "follow_up__category").order_by("-matched_at", "-pk")[
        :20
    ]


def without_reports() -> QuerySet[PastFollowUp]:
    """Past follow-ups that name documents of which none has come in yet, the latest first."""
    return (
        PastFollowUp.objects.exclude(report_names=[])
        .filter(follow_up__earlier_documents__isnull=True)
        .select_related("follow_up__supplier", "follow_up__category")
    )


def candidates(user: User, document: EarlierDocument, text: str) -> list[FollowUp]:
    """The follow-ups that a document may belong to: of suppliers that the text finds, past ones first; at most fifty."""
    found = FollowUp.objects.visible_to(user).select_related("supplier", "category", "past")
    if text:
        found = found.filter(supplier__in=suppliers_listed(user, text=text).values("pk"))
    else:
        found = found.filter(past__isnull=False, earlier_documents__isnull=True)
    return list(found.order_by("past", "supplier__name", "pk")[:OFFERED])


def counts() -> dict[str, int]:
    """How much has come in, and how much of it has its place."""
    return {
        "past": PastFollowUp.objects.count(),
        "matched": EarlierDocument.objects.filter(follow_up__isnull=False).count(),
        "waiting": EarlierDocument.objects.unmatched().count(),
    }
