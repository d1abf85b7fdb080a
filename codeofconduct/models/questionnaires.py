"""Questionnaires for self-assessments: versions with sections, questions and what they depend on."""

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import QuestionKind
from codeofconduct.models.documents import ClauseVersion, ProcessRequirement
from codeofconduct.models.governing import (
    Bilingual,
    DocumentSection,
    GoverningVersion,
    VersionQuerySet,
    adopted_one_at_a_time,
    fixed_when_adopted,
    locked_with,
    one_draft,
)
from portal.history.models import Record, Versioned, pair_constraint
from regions.models.places import dates_in_order

OF_ADOPTED = (
    "questionnaire_version_id IN (SELECT id FROM codeofconduct_questionnaireversion WHERE adopted_at IS NOT NULL)"
)


@pghistory.track()
class Questionnaire(Record, Bilingual):
    """A line of questionnaires, such as the self-assessment of due diligence."""

    title_sv = models.CharField(_("title in Swedish"), max_length=200, unique=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("questionnaire")

    @property
    def title(self) -> str:
        return self.told("title")

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class QuestionnaireVersion(GoverningVersion):
    """A version of a questionnaire; its questions inform the requirements of one clause version."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    clause_version = models.ForeignKey(
        ClauseVersion,
        verbose_name=_("contract clause"),
        on_delete=models.PROTECT,
        related_name="questionnaires",
        help_text=_("The version whose requirements the questions inform."),
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("version of the questionnaire")
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "name"], name="questionnaire_version_unique_name"),
            dates_in_order("questionnaire_version_dates"),
            pair_constraint("questionnaire_version_adopted", "adopted"),
            adopted_one_at_a_time("questionnaire_version_one_at_a_time", "questionnaire"),
            one_draft("questionnaire_version_one_draft", "questionnaire"),
        ]
        triggers = [fixed_when_adopted("questionnaire_version_fixed", "questionnaire_id", "clause_version_id")]


@pghistory.track()
class QuestionnaireSection(DocumentSection):
    """A section of a questionnaire: its body tells the supplier what the questions are about."""

    questionnaire_version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="sections")

    class Meta:
        ordering = ["questionnaire_version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire_version", "number"],
                name="questionnaire_section_unique_number",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        triggers = [
            locked_with(
                "questionnaire_section_locked", "questionnaire_version_id", "codeofconduct_questionnaireversion"
            )
        ]


@pghistory.track()
class Question(Versioned, Bilingual):
    """A question. Its key is the same in every version, so that answers can be carried from one to the next."""

    section = models.ForeignKey(QuestionnaireSection, on_delete=models.PROTECT, related_name="questions")
    key = models.CharField(
        _("key"), max_length=40, validators=[RegexValidator(r"^[a-z0-9][a-z0-9_-]*$", _("Only a–z, 0–9, _ and -."))]
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind of answer"), max_length=8, choices=QuestionKind)
    text_sv = models.CharField(_("question in Swedish"), max_length=1000)
    text_en = models.CharField(_("question in English"), max_length=1000, blank=True)
    help_sv = models.TextField(_("help in Swedish"), blank=True)
    help_en = models.TextField(_("help in English"), blank=True)
    requirement = models.ForeignKey(
        ProcessRequirement,
        verbose_name=_("requirement it informs"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
    )
    is_required = models.BooleanField(_("must be answered"), default=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    depends_on = models.ForeignKey(
        "self",
        verbose_name=_("asked only if"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dependants",
    )
    depends_on_value = models.CharField(_("has the answer"), max_length=40, blank=True)

    class Meta:
        ordering = ["section", "number"]
        verbose_name = _("question")
        constraints = [
            models.UniqueConstraint(
                fields=["section", "number"], name="question_unique_number", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                name="question_condition_is_whole",
                condition=Q(depends_on__isnull=True, depends_on_value="")
                | (Q(depends_on__isnull=False) & ~Q(depends_on_value="")),
                violation_error_message=_("Say both which question it depends on and which answer."),
            ),
            models.CheckConstraint(name="question_not_on_itself", condition=~Q(depends_on=F("pk"))),
        ]
        triggers = [locked_with("question_locked", "section_id", "codeofconduct_questionnairesection", OF_ADOPTED)]

    @property
    def text(self) -> str:
        return self.told("text")

    @property
    def help(self) -> str:
        return self.told("help")

    @property
    def place(self) -> str:
        """Where it stands in the questionnaire, as 2.1."""
        return f"{self.section.number}.{self.number}"

    @property
    def wanted_answer(self) -> str:
        """What the question it depends on must be answered for it to be asked, in words of the page's language."""
        if self.depends_on is None:
            return ""
        words = {choice.key: choice.text for choice in self.depends_on.choices.all()}
        if self.depends_on.kind == QuestionKind.YES_NO:
            words = {"yes": gettext("yes"), "no": gettext("no")}
        return words.get(self.depends_on_value, self.depends_on_value)

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


@pghistory.track()
class QuestionChoice(Bilingual):
    """One of the answers to choose from."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="choices")
    key = models.CharField(_("key"), max_length=40)
    number = models.PositiveSmallIntegerField(_("number"))
    text_sv = models.CharField(_("text in Swedish"), max_length=300)
    text_en = models.CharField(_("text in English"), max_length=300, blank=True)

    class Meta:
        ordering = ["question", "number"]
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="question_choice_unique")]
        triggers = [
            locked_with(
                "question_choice_locked",
                "question_id",
                "codeofconduct_question",
                f"section_id IN (SELECT id FROM codeofconduct_questionnairesection WHERE {OF_ADOPTED})",  # noqa: S608
            )
        ]

    @property
    def text(self) -> str:
        return self.told("text")

    def __str__(self) -> str:
        return self.text
