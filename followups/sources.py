"""Follow-ups in the search, and the older words that people type for ours."""

from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy

from followups.models import FollowUp
from followups.queries.follow_ups import row_of, with_progress
from followups.queries.searching import follow_up_fields
from portal.search import sources, synonyms
from portal.search.sources import Source
from regions.models import User
from regions.permissions import is_buyer, is_staff

# Words of other bodies and of earlier years (the glossary's search synonyms).
SYNONYMS = {
    "släckt": ("åtgärdad", "avslutad"),
    "egenrapportering": ("självskattning",),
    "granskning": ("uppföljning",),
    "skrivbordsrevision": ("kontorsrevision",),
    "uppföljningsrevision": ("återrevision",),
    "nolltolerans": ("allvarlig avvikelse",),
}


def _follow_ups(user: User) -> QuerySet[FollowUp]:
    """With what the caption says of the light; who set one by hand is for those of the secretariat and the regions."""
    by_name = Value(is_staff(user) or is_buyer(user))
    return with_progress(FollowUp.objects.visible_to(user)).annotate(by_name=by_name)


def _caption(follow_up: Any) -> str:
    light = row_of(follow_up).light
    words = (light.in_words, light.told if light.by_hand and follow_up.by_name else "") if light else ()
    told = (str(follow_up.category), str(follow_up.get_state_display()), str(follow_up.lead_region), *words)
    return " · ".join(word for word in told if word)


FOLLOW_UPS = Source(
    key="follow-up",
    label=gettext_lazy("Follow-ups"),
    rows=_follow_ups,
    fields=follow_up_fields,
    url=lambda follow_up: reverse("followups:follow-up-detail", args=[follow_up.public_id]),
    title=lambda follow_up: follow_up.supplier.name,
    caption=_caption,
    order=40,
)


def register() -> None:
    """Make follow-ups and this room's words known to the search."""
    sources.register(FOLLOW_UPS)
    synonyms.register(SYNONYMS)
