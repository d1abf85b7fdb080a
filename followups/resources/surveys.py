"""Self-assessments from a survey tool: its workbook has a line for each supplier and a column for each question.

What the columns hold somebody says on a page (`followups/views/surveys.py`), for every survey has its own headings. Each
line becomes a past follow-up with the self-assessment that it consisted of, read on the pages of any other.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import PurchaseCategory, Question, QuestionnaireVersion
from codeofconduct.queries.questionnaires import question_text, questions_in_order
from followups.enums.follow_ups import State
from followups.enums.reuse import Method
from followups.models import Answer, FollowUp, SelfAssessment
from followups.models.past import KEY_LENGTH
from followups.permissions import can_bring_past
from followups.queries.assessments import said
from followups.queries.surveys import SURVEY_KIND, answer_key, answerable
from followups.resources.assessments import answer_of
from followups.resources.past import A_DATE, OfPast, PastResource, moment_of, past_follow_ups
from portal import clock
from portal.exchange.engine.columns import Column, Told
from portal.exchange.engine.identity import Identity
from portal.exchange.engine.rows import FileRefused, Row
from portal.exchange.reading import heading_key
from portal.exchange.reading.values import day_of
from portal.exchange.registry import ExchangeKind
from regions.models import Region

# What a column may hold besides an answer; all but the first two can be said of all rows instead.
HELD = ("supplier", "carried_out_on", "category", "lead_region", "light")
# What survey tools call these columns, in the order in which they are proposed.
CALLED: dict[str, tuple[str, ...]] = {
    "supplier": (
        "organisationsnummer",
        "org.nr",
        "organisation number",
        "org no",
        "leverantör",
        "supplier",
        "företag",
        "företagsnamn",
        "bolag",
        "company",
        "company name",
        "respondent",
    ),
    "carried_out_on": (
        "inlämnad",
        "inskickad",
        "besvarad",
        "svarsdatum",
        "slutförd",
        "datum",
        "submitted",
        "date submitted",
        "completed",
        "end date",
        "date",
        "tidsstämpel",
        "timestamp",
    ),
}


class AnswerColumn(Column):
    """What the suppliers answered to a question. An empty cell says nothing."""

    def __init__(self, question: Question) -> None:
        super().__init__(f"{question.place} {question.text}", clears=False)
        self.question, text = question, question_text(question)
        self.parse = lambda cell: answer_of(text, cell)

    def get_value(self, instance: Any) -> str | None:
        told = instance.__dict__.get("answers", {})
        return told.get(self.question.pk) or stored_answers(instance).get(self.question.pk)

    def save(self, instance: Any, row: Row, is_m2m: bool = False, **kwargs: Any) -> None:
        if row[self.key]:
            instance.__dict__.setdefault("answers", {})[self.question.pk] = row[self.key]

    def told(self, value: Any) -> str:
        return said(self.question, value or "")


def stored_answers(instance: Any) -> dict[int, str]:
    """What has come in already, by question; nothing for a new one."""
    if "answers_stored" not in instance.__dict__:
        instance.__dict__["answers_stored"] = {
            answer.question_id: answer.value
            for each in getattr(instance, "assessments_here", ())
            for answer in each.answers.all()
        }
    stored: dict[int, str] = instance.__dict__["answers_stored"]
    return stored


class SurveyResource(PastResource):
    """The answers of a survey, known again by supplier and day within a version of a questionnaire.

    `version`: its public id. `columns`: what each heading of the file holds, as a key of `HELD`, an `answer_key`, or ""
    where it isn't used. `facts`: what goes for all rows: the category's public id, the lead region's code, the light.
    `skips_first`: the line below the headings belongs to them. Without a version it only knows its headings. Raises
    FileRefused for what isn't there any more.
    """

    carried_out_on = OfPast(
        gettext_lazy("Handed in on"),
        parse=day_of,
        required=True,
        expected=A_DATE,
        example="2021-05-31",
        width=12,
        also=CALLED["carried_out_on"],
    )
    identities = (
        Identity("supplier", finds=lambda rows, keys: _find_handed_in(rows, keys), keys=lambda row: _handed_in(row)),
    )

    def __init__(
        self,
        *,
        version: str = "",
        columns: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
        skips_first: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.columns = {key: self.columns[key] for key in HELD}
        self.skips_next = skips_first
        self.told_light = ""
        if version:
            adopted = QuestionnaireVersion.objects.adopted().select_related("questionnaire", "clause_version")
            self.version = _one_of(adopted, version)
            self._take_columns(columns or {})
            self._take_facts(facts or {})

    def _take_columns(self, columns: Mapping[str, str]) -> None:
        """Only what the file has is a column, in the order of the questions; what isn't used is one that is ignored."""
        known: dict[str, Column] = dict(self.columns)
        for question in questions_in_order(self.version):
            known[answer_key(question)] = AnswerColumn(question)
        headings = {key: heading for heading, key in columns.items() if key}
        self.columns = {key: column for key, column in known.items() if key in headings}
        for key, column in self.columns.items():
            if key not in HELD:
                column.bind(key, self)
            column.headed, column.required = headings[key], key in HELD
        for number, heading in enumerate(heading for heading, key in columns.items() if not key):
            unused = Told(heading)
            unused.bind(f"unused-{number}", self)
            unused.headed = heading
            self.columns[unused.key] = unused

    def _take_facts(self, facts: Mapping[str, str]) -> None:
        self.facts: dict[str, Any] = {"clause_version": self.version.clause_version}
        if "category" not in self.columns:
            self.facts["category"] = _one_of(PurchaseCategory.objects.all(), facts.get("category", ""))
        if "lead_region" not in self.columns:
            self.facts["lead_region"] = _one_of(Region.objects.all(), facts.get("lead_region", ""), by="code")
        self.told_light = facts.get("light", "")

    def known_headings(self) -> Collection[str]:
        """With the questions of every version, and what survey tools call the rest."""
        adopted = QuestionnaireVersion.objects.adopted().values("pk")
        texts = Question.objects.filter(section__questionnaire_version__in=adopted).values_list("text_sv", "text_en")
        words = {word for words in CALLED.values() for word in words}
        return {*super().known_headings(), *words, *(text for pair in texts for text in pair if text)}

    def rows(self) -> "QuerySet[Any]":
        """Past self-assessments to this version, and those that came in without their answers."""
        answered = SelfAssessment.objects.filter(follow_up=OuterRef("pk"))
        blank = Q(~Exists(answered), clause_version=self.version.clause_version_id)
        found = super().rows().filter(past__kind=Method.SELF_ASSESSMENT)
        found = found.annotate(is_answered=Exists(answered.filter(questionnaire_version=self.version)))
        return found.filter(Q(is_answered=True) | blank)

    def instances(self) -> "QuerySet[Any]":
        answered = SelfAssessment.objects.filter(questionnaire_version=self.version).prefetch_related("answers")
        return super().instances().prefetch_related(Prefetch("assessments", answered, to_attr="assessments_here"))

    def leaves_out(self, row: Row) -> bool:
        skips, self.skips_next = self.skips_next, False
        return skips

    def started(self, row: Row) -> dict[str, Any]:
        return {"state": State.CLOSED, "submission": uuid4(), **self.facts}

    def check(self, instance: FollowUp, row: Row, *, is_new: bool) -> None:
        if row["carried_out_on"] > clock.today():
            message = _("The day is in the future. A self-assessment that was handed in has an earlier one.")
            row.refuse("carried_out_on", message, row["carried_out_on"])
        if is_new and not instance.__dict__.get("answers"):
            row.refuse("", _("No question is answered in this row. Leave the row out."))
        for column, old, new in self.differences:
            if isinstance(column, AnswerColumn) and old:
                message = _("It has come in with the answer “%(answer)s”, which no file changes.")
                row.refuse(column.key, message % {"answer": column.told(old)}, column.told(new))

    def written(self, created: Sequence[Any], changed: Sequence[Any]) -> None:
        """With the past follow-up its self-assessment, and the answers."""
        for each in created:
            told = each.__dict__["told"]
            each.__dict__["told"] = {
                "key": self._key(each, told["carried_out_on"]),
                "kind": Method.SELF_ASSESSMENT,
                "light": self.told_light,
            } | told
        for each in changed:
            told = each.__dict__["told"]
            each.__dict__["told"] = {name: value for name, value in told.items() if getattr(each.past, name) != value}
        super().written(created, changed)
        assessments: list[SelfAssessment] = []
        answers: list[Answer] = []
        for each in [*created, *changed]:
            new = {
                pk: value for pk, value in each.__dict__.get("answers", {}).items() if pk not in stored_answers(each)
            }
            here = next(iter(getattr(each, "assessments_here", ())), None)
            if new and here is None:
                here = self._assessment(each)
                assessments.append(here)
            answers += [
                Answer(self_assessment=here, question_id=pk, value=value, created_by=self.actor)
                for pk, value in new.items()
            ]
        SelfAssessment.objects.bulk_create(assessments)
        Answer.objects.bulk_create(answers, batch_size=2000)

    def _key(self, follow_up: FollowUp, day: date) -> str:
        """As it is shown; where the names are too long for that, what is as unmistakable."""
        where = f"{day} {follow_up.supplier.public_id}"
        shown = f"{self.version.questionnaire.title_sv} {self.version}, {where}"
        return shown if len(shown) <= KEY_LENGTH else f"{self.version.public_id}, {where}"

    def _assessment(self, follow_up: FollowUp) -> SelfAssessment:
        """Nobody was asked here, and nobody knows the hour. Whether it may be shared the survey didn't ask."""
        now, day = clock.now(), follow_up.past.carried_out_on
        return SelfAssessment(
            follow_up=follow_up,
            number=1,
            questionnaire_version=self.version,
            due_on=day,
            submitted_at=min(moment_of(day), now),
            submitted_by=self.actor,
            consent_to_share=False,
            created_at=now,
            created_by=self.actor,
        )


def _one_of(rows: "QuerySet[Any]", value: str, *, by: str = "public_id") -> Any:
    found = rows.filter(**{by: value}).first()
    if found is None:
        raise FileRefused(_("What was chosen for the columns is no longer there. Choose again what they hold."))
    return found


def _handed_in(row: Row) -> list[tuple[int, date]]:
    supplier, day = row.get("supplier"), row.get("carried_out_on")
    return [(supplier.pk, day)] if supplier is not None and day is not None else []


def _find_handed_in(rows: Any, keys: Collection[tuple[int, date]]) -> Iterator[tuple[tuple[int, date], int]]:
    """The one with answers; without any, the only one that waits for them."""
    found: dict[tuple[int, date], list[tuple[bool, int]]] = {}
    told = rows.filter(supplier__in={pk for pk, _day in keys}, past__carried_out_on__in={day for _pk, day in keys})
    for supplier, day, pk, is_answered in told.order_by("pk").values_list(
        "supplier", "past__carried_out_on", "pk", "is_answered"
    ):
        found.setdefault((supplier, day), []).append((not is_answered, pk))
    for key, candidates in found.items():
        is_blank, pk = min(candidates)
        if key in keys and (not is_blank or len(candidates) == 1):
            yield key, pk


def proposed(headings: Iterable[str], questions: Iterable[Question], remembered: Mapping[str, str]) -> dict[str, str]:
    """What each heading seems to hold: what was said of it last time, the question that it is, or a common word.

    `remembered`: by heading, from last time. Nothing is proposed for two headings.
    """
    known = {heading_key(heading): key for heading, key in remembered.items()}
    texts: dict[str, set[str]] = {}
    for question in answerable(questions):
        for text in filter(None, (question.text_sv, question.text_en)):
            for told in (text, f"{question.place} {text}"):
                texts.setdefault(heading_key(told), set()).add(answer_key(question))
    asked = {text: next(iter(keys)) for text, keys in texts.items() if len(keys) == 1}
    by_key = {heading_key(heading): heading for heading in headings}
    found: dict[str, str] = {}
    for text, heading in by_key.items():
        key = known[text] if text in known else asked.get(text, "")
        if key and key not in found.values():
            found[heading] = key
    for key, words in CALLED.items():
        fits = [by_key[text] for text in map(heading_key, words) if text in by_key and text not in known]
        if key not in found.values() and (free := [heading for heading in fits if heading not in found]):
            found[free[0]] = key
    return found


SURVEYS = ExchangeKind(
    SURVEY_KIND,
    gettext_lazy("Past self-assessments"),
    SurveyResource,
    past_follow_ups,
    "followups:past-list",
    may_import=can_bring_past,
    note=gettext_lazy(
        "The workbook of a survey tool: a row for each supplier, a column for each question. Suppliers must be in the "
        "register first. A self-assessment is known again by its supplier and the day it was handed in."
    ),
    order=91,
    map_page="followups:survey-map",
)
