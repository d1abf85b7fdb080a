"""The audit report: everything that was found in a follow-up, requirement by requirement."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import ProcessRequirement
from followups.documents.common import Column, Document, labelled, lines, lines_in
from followups.enums.documents import DocumentKind
from followups.enums.follow_ups import FindingState
from followups.models import CorrectiveAction, Finding, FollowUp
from followups.queries.follow_ups import findings_of
from portal.ui.templatetags.formats import day
from regions.models import User

# Characters of the finding's column in a line, at its width and size.
_IN_A_LINE = 64


@dataclass
class Found:
    """A finding with its number in the follow-up: the order in which they were made, as on its page."""

    number: int
    finding: Finding

    @cached_property
    def text(self) -> str:
        """What was found, and under it, labelled, what belongs to it. Another field is one line here, a column below."""
        files = ", ".join(each.file.name for each in self.finding.evidence.all())
        return lines(self.finding.text, labelled(_("Evidence"), files))

    @cached_property
    def facts(self) -> str:
        """What it is judged as, a line each."""
        return lines(self.finding.severity, self.finding.section and self.finding.section.get_area_display())

    @cached_property
    def actions(self) -> list[CorrectiveAction]:
        return list(self.finding.actions.all())

    @property
    def is_open(self) -> bool:
        """As `FindingQuerySet.unresolved`: no action, or one that is not done."""
        return not self.actions or any(action.done_at is None for action in self.actions)

    @property
    def standing(self) -> str:
        """How far its corrective actions are."""
        if not self.actions:
            return _("no corrective action yet")
        if not self.is_open:
            return _("remedied")
        due = min(action.due_on for action in self.actions if action.done_at is None)
        return lines(_("open"), _("due %(date)s") % {"date": day(due)})


@dataclass(frozen=True)
class Chapter:
    """A requirement with what was found against it."""

    requirement: ProcessRequirement
    rows: list[Found]


@dataclass(frozen=True)
class Line:
    """A requirement in the overview: how many findings, open and severe ones."""

    requirement: ProcessRequirement
    found: int
    open: int
    severe: int


def report_rows(user: User, follow_up: FollowUp) -> list[Found]:
    """The submitted findings, by requirement: no draft, not even the user's own."""
    findings = findings_of(user, follow_up).filter(state=FindingState.SUBMITTED)
    numbered = [Found(number, finding) for number, finding in enumerate(findings, start=1)]
    return sorted(numbered, key=lambda found: (found.finding.requirement.number, found.number))


def report_overview(user: User, follow_up: FollowUp, rows: Sequence[Found]) -> dict[str, Any]:
    """Each requirement of the follow-up's clause version with its counts, those without a finding too."""
    counted = {chapter.requirement.pk: chapter.rows for chapter in chapters_of(rows)}
    requirements = follow_up.clause_version.requirements.order_by("number")
    lines = [_line(requirement, counted.get(requirement.pk, [])) for requirement in requirements]
    return {
        "lines": lines,
        "found": len(rows),
        "open": sum(line.open for line in lines),
        "severe": sum(line.severe for line in lines),
    }


def _line(requirement: ProcessRequirement, rows: list[Found]) -> Line:
    still_open = [row for row in rows if row.is_open]
    severe = sum(row.finding.severity.is_severe for row in still_open)
    return Line(requirement, len(rows), len(still_open), severe)


def chapters_of(rows: Sequence[Found]) -> list[Chapter]:
    """Rows that stand in the order of their requirements, by requirement."""
    grouped = groupby(rows, key=lambda row: row.finding.requirement_id)
    return [Chapter((found := list(group))[0].finding.requirement, found) for _key, group in grouped]


def lines_of(row: Found) -> float:
    """About how many lines the row takes: the text, or what stands beside it, and its edges."""
    return max(lines_in(row.text, _IN_A_LINE), lines_in(row.facts, 15), 2) + 0.8


COLUMNS: tuple[Column[Found], ...] = (
    Column(gettext_lazy("Number"), lambda row: row.number),
    Column(gettext_lazy("Requirement"), lambda row: str(row.finding.requirement)),
    Column(gettext_lazy("Severity"), lambda row: str(row.finding.severity)),
    Column(
        gettext_lazy("Area of the code"), lambda row: row.finding.section and row.finding.section.get_area_display()
    ),
    Column(gettext_lazy("Finding"), lambda row: row.finding.text),
    Column(gettext_lazy("Submitted"), lambda row: row.finding.submitted_at),
    Column(gettext_lazy("State"), lambda row: row.standing),
    Column(gettext_lazy("Corrective actions"), lambda row: len(row.actions)),
    Column(gettext_lazy("Corrective actions done"), lambda row: sum(bool(action.done_at) for action in row.actions)),
)

AUDIT_REPORT: Document[Found] = Document(
    kind=DocumentKind.AUDIT_REPORT,
    template="followups/documents/audit_report.html",
    data=gettext_lazy("findings.csv"),
    columns=COLUMNS,
    rows=report_rows,
    overview=report_overview,
    part=lambda rows: {"chapters": chapters_of(rows)},
    lines=lines_of,
)
