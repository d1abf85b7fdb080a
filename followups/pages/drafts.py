"""The supplier's pages while it answers: what each question looks like, and what saving brought."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField

from codeofconduct.forms.answers import PREFIX
from codeofconduct.models import QuestionnaireSection
from followups.enums.assessments import Since
from followups.forms.drafts import FILES, VERSION, WAS, DraftForm, mark_of, number_sent
from followups.models import DraftAnswer
from followups.queries.assessments import said
from followups.queries.drafts import Line, Space


@dataclass
class Outcome:
    """What saving brought: the keys that were saved, the drafts that someone else had changed, what is asked no more,
    and the sentence that refused all of it."""

    saved: set[str] = field(default_factory=set)
    conflicts: dict[str, DraftAnswer] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    refusal: str = ""


@dataclass(frozen=True)
class Shown:
    """A question on the page. `theirs`: the draft that stands where this text would have overwritten it.

    `version` and `was` say what its reader has seen: of what was refused they stay as they were sent.
    """

    line: Line
    field: BoundField | None
    files_field: BoundField
    is_asked: bool
    is_saved: bool
    theirs: DraftAnswer | None
    mine: str
    version: int
    was: str
    refusal: str

    @property
    def key(self) -> str:
        return self.line.key

    @property
    def params(self) -> str:
        """The names that the question sends when it saves itself."""
        names = [f"{kind}{self.key}" for kind in (PREFIX, FILES, VERSION, WAS)]
        return ",".join([*names, "csrfmiddlewaretoken"])

    @property
    def since(self) -> str:
        """How the answer stands to last time's, in words; "" where there is nothing to compare."""
        if self.line.earlier is None or not self.line.is_answered:
            return ""
        return str(self.line.since.label)

    @property
    def is_changed(self) -> bool:
        return self.line.since == Since.CHANGED and self.line.is_answered

    @property
    def mine_said(self) -> str:
        return said(self.line.question, self.mine)

    @property
    def theirs_said(self) -> str:
        return said(self.line.question, self.theirs.value) if self.theirs else ""


def shown(form: DraftForm, space: Space, lines: Iterable[Line], outcome: Outcome) -> list[Shown]:
    """The questions as they stand now: `space` with its `lines` read after saving, `form` with what was sent, if anything."""
    return [_shown(form, space, line, outcome) for line in lines]


def _shown(form: DraftForm, space: Space, line: Line, outcome: Outcome) -> Shown:
    key, name = line.key, PREFIX + line.key
    is_saved = key in outcome.saved
    was_sent = form.is_bound and WAS + key in form.data and not is_saved
    errors = [*form.errors.get(name, ()), *form.errors.get(FILES + key, ())]
    return Shown(
        line=line,
        field=form[name] if name in form.fields else None,
        files_field=form[FILES + key],
        is_asked=key in space.asked,
        is_saved=is_saved,
        theirs=outcome.conflicts.get(key),
        mine=form.value_sent(key),
        version=number_sent(form.data, VERSION + key) if was_sent else line.version,
        was=str(form.data.get(WAS + key, ""))[:16] if was_sent else mark_of(line.value),
        refusal=" ".join(map(str, errors)) or outcome.refusal,
    )


@dataclass(frozen=True)
class Part:
    """A section on the overview: how many of its questions have an answer."""

    section: QuestionnaireSection
    answered: int
    asked: int

    @property
    def is_done(self) -> bool:
        return self.answered == self.asked


def parts_of(space: Space) -> list[Part]:
    """Section by section, those that ask something."""
    parts = []
    for section in space.sections:
        lines = space.of(section)
        if lines:
            parts.append(Part(section, sum(line.is_answered for line in lines), len(lines)))
    return parts


def neighbours(space: Space, section: QuestionnaireSection) -> dict[str, Any]:
    """The sections before and after among those that ask something."""
    numbers = [part.section.number for part in parts_of(space)]
    return {
        "previous": max((number for number in numbers if number < section.number), default=None),
        "next": min((number for number in numbers if number > section.number), default=None),
    }
