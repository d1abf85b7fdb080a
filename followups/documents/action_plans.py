"""The action plan: what the supplier has to do about what was found, by when, and what is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.documents.common import Column, Document, labelled, lines, lines_in
from followups.documents.reports import report_rows
from followups.enums.documents import DocumentKind
from followups.models import CorrectiveAction, Finding, FollowUp
from followups.permissions import can_read_plan
from portal import clock
from portal.ui.templatetags.formats import day
from regions.models import User

# Characters of the two columns of text in a line.
_ACTION_LINE, _FINDING_LINE = 45, 38
# So much of a finding says which one it is: the report has the whole.
_FINDING_START = 160


@dataclass(frozen=True)
class Measure:
    """A corrective action, with the number of its finding in the report. `may_read`: also what the supplier plans."""

    action: CorrectiveAction
    finding: Finding
    number: int
    may_read: bool = False

    @property
    def measures(self) -> str:
        """What the supplier means to do, for those whom the follow-up concerns."""
        return self.action.measures if self.may_read else ""

    @property
    def responsible(self) -> str:
        """Who at the supplier, for the same."""
        return self.action.responsible if self.may_read else ""

    @property
    def what(self) -> str:
        """What is to be done, and under it, labelled, how the supplier means to."""
        return lines(
            self.action.title,
            labelled(_("The supplier's plan"), self.measures),
            labelled(_("Responsible at the supplier"), self.responsible),
        )

    @property
    def because(self) -> str:
        """Which finding it answers, and how that begins."""
        told = {"number": self.number, "severity": self.finding.severity}
        start = shorten(self.finding.text, _FINDING_START, placeholder=" …")
        return lines(_("Finding %(number)s, %(severity)s") % told, start)

    @property
    def is_late(self) -> bool:
        return self.action.done_at is None and self.action.next_due < clock.today()

    @property
    def standing(self) -> str:
        """Done with its date, late, or open."""
        if self.action.done_at:
            return _("done %(moment)s") % {"moment": day(self.action.done_at)}
        state = str(self.action.get_state_display())
        return f"{state}, {_('overdue')}" if self.is_late else state

    @property
    def facts(self) -> str:
        """What stands beside the action, a line each. Another field is one more argument here, and a column below."""
        return lines(day(self.action.next_due), self.standing)


def plan_rows(user: User, follow_up: FollowUp) -> list[Measure]:
    """The actions of submitted findings: what is due first stands first."""
    found = report_rows(user, follow_up)
    may_read = can_read_plan(user, follow_up)
    measures = [Measure(action, row.finding, row.number, may_read) for row in found for action in row.actions]
    return sorted(measures, key=lambda row: (row.action.next_due, row.number, row.action.pk))


def plan_overview(user: User, follow_up: FollowUp, rows: Sequence[Measure]) -> dict[str, Any]:
    """How many there are, done and late, and the first date that is still to be kept."""
    pending = [row.action.next_due for row in rows if row.action.done_at is None]
    return {
        "measures": len(rows),
        "done": len(rows) - len(pending),
        "late": sum(row.is_late for row in rows),
        "next_on": min(pending, default=None),
    }


def lines_of(row: Measure) -> float:
    """About how many lines the row takes."""
    return max(lines_in(row.what, _ACTION_LINE), lines_in(row.because, _FINDING_LINE), 2) + 0.8


COLUMNS: tuple[Column[Measure], ...] = (
    Column(gettext_lazy("Corrective action"), lambda row: row.action.title),
    Column(gettext_lazy("The supplier's plan"), lambda row: row.measures),
    Column(gettext_lazy("Responsible at the supplier"), lambda row: row.responsible),
    Column(gettext_lazy("Due date"), lambda row: row.action.next_due),
    Column(gettext_lazy("Status"), lambda row: row.standing),
    Column(gettext_lazy("Done"), lambda row: row.action.done_at),
    Column(gettext_lazy("Number of the finding"), lambda row: row.number),
    Column(gettext_lazy("Finding"), lambda row: row.finding.text),
    Column(gettext_lazy("Severity"), lambda row: str(row.finding.severity)),
    Column(gettext_lazy("Requirement"), lambda row: str(row.finding.requirement)),
)

ACTION_PLAN: Document[Measure] = Document(
    kind=DocumentKind.ACTION_PLAN,
    template="followups/documents/action_plan.html",
    data=gettext_lazy("actions.csv"),
    columns=COLUMNS,
    rows=plan_rows,
    overview=plan_overview,
    part=lambda rows: {"rows": rows},
    lines=lines_of,
)
