"""Where the rows of this room are searched: the lists' filters and the search page take the same."""

from django.db.models import Q
from django.utils.translation import override

from codeofconduct.models import PurchaseCategory, Supplier
from codeofconduct.queries.suppliers import SUPPLIER_NAMES
from followups.enums.follow_ups import State
from portal.search.matching import Fields, Keyword, Through
from regions.models import User


def follow_up_fields(user: User) -> Fields:
    """By supplier and category, and by the state as it is called in either language."""
    return Fields(through=_through(""), keywords=tuple(_state_words(state) for state in State), title="supplier__name")


def finding_fields(user: User) -> Fields:
    """By its text, and by supplier and category of its follow-up."""
    return Fields(texts=("text",), through=_through("follow_up__"), title="follow_up__supplier__name")


def action_fields(user: User) -> Fields:
    """By what is to be done, and by supplier and category of its follow-up."""
    path = "finding__follow_up__"
    return Fields(texts=("description",), through=_through(path), title=f"{path}supplier__name")


def _through(path: str) -> tuple[Through, ...]:
    """Supplier and category; `path` leads to the follow-up."""
    return (
        Through(Supplier.objects.all(), "pk", SUPPLIER_NAMES, here=f"{path}supplier"),
        Through(PurchaseCategory.objects.all(), "pk", Fields(names=("name",)), here=f"{path}category"),
    )


def _state_words(state: State) -> Keyword:
    words = []
    for language in ("sv", "en"):
        with override(language):
            words.append(str(state.label))
    return Keyword(tuple(words), Q(state=state))
