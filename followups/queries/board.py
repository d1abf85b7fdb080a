"""Follow-ups by state, and a purchasing group's for its meeting: what is planned, under way, late, and for whom it waits."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import CategoryOwner
from followups.enums.follow_ups import LINE, State
from followups.models import Candidate, FollowUp
from followups.models.plan import CandidateQuerySet
from followups.queries.follow_ups import Row, follow_ups_listed, row_of, with_progress
from portal import clock
from regions.models import PurchasingGroup, User

# Ends fill up with the years: the list shows those.
COLUMNS = (*LINE, State.ESCALATED)
CARDS_A_COLUMN = 20
ON_A_MEETING_LIST = 300


@dataclass(frozen=True)
class Card:
    """A follow-up on the board. `may_move`: the one who looks works in it."""

    row: Row
    may_move: bool


@dataclass(frozen=True)
class Column:
    """A state with the most pressing of its follow-ups, and how many there are in all."""

    state: State
    count: int
    cards: list[Card]

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


def board_of(user: User, criteria: dict[str, Any]) -> list[Column]:
    """The states in their order with what the list would show, at most twenty a column. Three queries however many rows."""
    listed = follow_ups_listed(user, criteria).values("pk")
    found = FollowUp.objects.filter(pk__in=listed, state__in=COLUMNS)
    counts = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    pressing = Window(
        RowNumber(), partition_by=F("state"), order_by=[Coalesce("planned_on", "created_at__date").asc(), F("pk").asc()]
    )
    shown = found.annotate(place=pressing).filter(place__lte=CARDS_A_COLUMN).values_list("pk", flat=True)
    ids = list(shown)
    rows = with_progress(FollowUp.objects.filter(pk__in=ids)).order_by(
        Coalesce("next_due_on", "planned_on").asc(nulls_last=True), "pk"
    )
    movable = set(FollowUp.objects.workable_by(user).under_way().filter(pk__in=ids).values_list("pk", flat=True))
    cards: dict[str, list[Card]] = {state: [] for state in COLUMNS}
    for follow_up in rows:
        cards[follow_up.state].append(Card(row_of(follow_up), follow_up.pk in movable))
    return [Column(state, counts.get(state, 0), cards[state]) for state in COLUMNS]


WAITING_FOR: dict[str, Any] = {
    State.SELF_ASSESSMENT_SENT: _("the supplier"),
    State.ANSWERED: _("the secretariat"),
    State.OFFICE_AUDIT_PLANNED: _("the auditor"),
    State.AUDITED: _("the lead region"),
    State.ACTION_PLAN_AWAITED: _("the supplier"),
    State.ACTIONS_UNDER_WAY: _("the supplier"),
    State.FOLLOW_UP_AUDIT: _("the auditor"),
}


def waiting_for_whom(follow_up: FollowUp) -> Any:
    """Whose move it is, in words."""
    if follow_up.state == State.PLANNED:
        return _("the case handler") if follow_up.handler_id else _("the lead region, to name a case handler")
    return WAITING_FOR.get(follow_up.state, "")


@dataclass(frozen=True)
class MeetingRow:
    row: Row
    waits_for: Any


@dataclass(frozen=True)
class Meeting:
    """A purchasing group's follow-ups that have not ended, and what is chosen but not opened yet. Late ones stand once."""

    late: list[MeetingRow]
    under_way: list[MeetingRow]
    planned: list[MeetingRow]
    chosen: list[Candidate]
    is_cut: bool


def meeting_of(user: User, group: PurchasingGroup) -> Meeting:
    """As far as the user may see them, by date. Two queries however many rows."""
    owned = CategoryOwner.objects.valid_on(clock.today()).filter(group=group).values("category")
    found = FollowUp.objects.visible_to(user).under_way().filter(category__in=owned)
    rows = with_progress(found).order_by(Coalesce("next_due_on", "planned_on").asc(nulls_last=True), "pk")
    shown = [row_of(follow_up) for follow_up in rows[: ON_A_MEETING_LIST + 1]]
    late: list[MeetingRow] = []
    under_way: list[MeetingRow] = []
    planned: list[MeetingRow] = []
    today = clock.today()
    for row in shown[:ON_A_MEETING_LIST]:
        where = planned if row.follow_up.state == State.PLANNED else under_way
        if row.next_on is not None and row.next_on < today:
            where = late
        where.append(MeetingRow(row, waiting_for_whom(row.follow_up)))
    chosen = _not_opened(user).filter(category__in=owned).order_by("planned_on", "pk")[:ON_A_MEETING_LIST]
    return Meeting(late, under_way, planned, list(chosen), len(shown) > ON_A_MEETING_LIST)


def _not_opened(user: User) -> CandidateQuerySet:
    chosen = Candidate.objects.visible_to(user).chosen().filter(follow_up__isnull=True)
    return chosen.select_related("supplier", "category", "lead_region", "plan__call")
