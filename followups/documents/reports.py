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
        said = self.finding
        return lines(
            said.text,
            labelled(_("The supplier"), str(said.get_involvement_display())),
            labelled(_("Facility"), facility_of(said)),
            labelled(_("Root cause"), said.root_cause),
            labelled(_("Evidence"), files),
            labelled(_("The supplier's reply"), reply_to(said)),
        )

    @cached_property
    def facts(self) -> str:
        """What it is judged as, a line each."""
        return lines(
            self.finding.severity,
            self.finding.get_severe_type_display(),
            self.finding.section and self.finding.section.get_area_display(),
        )

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
        due = min(action.next_due for action in self.actions if action.done_at is None)
        return lines(_("open"), _("due %(date)s") % {"date": day(due)})


def facility_of(finding: Any) -> str:
    """The facility of a finding from `findings_of`, named where the reader may know it."""
    if finding.facility is None:
        return ""
    return str(finding.facility) if finding.facility_readable else _("a facility that is confidential")


def reply_to(finding: Finding) -> str:
    """The supplier's reply that stands, of a finding with its replies fetched."""
    return next((reply.text for reply in finding.replies.all()), "")


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
    Column(gettext_lazy("Type of severe deviation"), lambda row: row.finding.get_severe_type_display()),
    Column(gettext_lazy("How the supplier is involved"), lambda row: row.finding.get_involvement_display()),
    Column(gettext_lazy("Facility"), lambda row: facility_of(row.finding)),
    Column(gettext_lazy("Root cause"), lambda row: row.finding.root_cause),
    Column(gettext_lazy("The supplier's reply"), lambda row: reply_to(row.finding)),
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
