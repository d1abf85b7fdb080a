"""The summary of a follow-up: its texts, the supplier's fact check, and the editions that were published."""

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import PurchaseCategory
from codeofconduct.models.governing import Bilingual
from followups.enums.follow_ups import Colour
from followups.enums.summaries import Method, Standing
from followups.models.follow_ups import FollowUp, Once
from followups.models.links import AccessLink
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TEXT_MAX = 20_000
NOTE_MAX = 1_000
COMMENT_MAX = 4_000
LANGUAGES = ("sv", "en")


class InBothLanguages(Bilingual):
    """A text that stands in Swedish and in English, side by side."""

    text_sv = models.TextField(_("text in Swedish"), max_length=TEXT_MAX, blank=True)
    text_en = models.TextField(_("text in English"), max_length=TEXT_MAX, blank=True)

    class Meta:
        abstract = True

    @property
    def text(self) -> str:
        return self.told("text")


class SummaryQuerySet(models.QuerySet["Summary"]):
    def visible_to(self, user: User) -> "SummaryQuerySet":
        """A summary is in the making: for those who work in its follow-up. What is published is `SummaryEdition`'s."""
        return self.filter(follow_up__in=FollowUp.objects.workable_by(user).values("pk"))


@pghistory.track()
class Summary(Record, Versioned, InBothLanguages):
    """What the public is to read about a follow-up: one of it, whose public id is the address of what is published."""

    follow_up = models.OneToOneField(FollowUp, on_delete=models.PROTECT, related_name="summary")
    changed_at = models.DateTimeField(_("last changed"), null=True, blank=True)
    changed_by = by_field(_("last changed by"), null=True)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("summary")
        constraints = [pair_constraint("summary_changed_pair", "changed")]

    def __str__(self) -> str:
        return str(self.follow_up)


@pghistory.track()
class FactCheck(Record, Once, InBothLanguages):
    """The supplier reads the texts as they stood, until a day. Without an answer by then the check has passed too."""

    summary = models.ForeignKey(Summary, on_delete=models.PROTECT, related_name="fact_checks")
    link = models.ForeignKey(
        AccessLink,
        verbose_name=_("access link"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="fact_checks",
    )
    due_on = models.DateField(_("answer wanted by"), db_index=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = by_field(_("answered by"), null=True)
    agrees = models.BooleanField(_("the facts are right"), null=True, blank=True)
    comment = models.TextField(_("the supplier's comment"), max_length=COMMENT_MAX, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("fact check")
        constraints = [
            models.UniqueConstraint(fields=["summary", "submission"], name="fact_check_once"),
            pair_constraint("fact_check_answered_pair", "answered"),
            models.CheckConstraint(
                name="fact_check_answered_says_something",
                condition=Q(answered_at__isnull=True, agrees__isnull=True, comment="")
                | Q(answered_at__isnull=False, agrees=True)
                | (Q(answered_at__isnull=False, agrees=False) & ~Q(comment="")),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="fact_check_fixed", fields=["summary", "text_sv", "text_en", "due_on"]),
            pgtrigger.Protect(
                name="fact_check_answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False)
                & (
                    pgtrigger.Q(old__comment__df=pgtrigger.F("new__comment"))
                    | pgtrigger.Q(old__agrees__df=pgtrigger.F("new__agrees"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.summary} – {self.due_on}"


class EditionQuerySet(models.QuerySet["SummaryEdition"]):
    def latest(self) -> "EditionQuerySet":  # type: ignore[override]
        """Of each summary the last one, whether it stands or was withdrawn."""
        later = SummaryEdition.objects.filter(summary=OuterRef("summary"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))

    def standing(self) -> "EditionQuerySet":
        """What the public reads today."""
        return self.latest().filter(withdrawn_at__isnull=True)


@pghistory.track()
class SummaryEdition(Record, InBothLanguages):
    """A summary as it was published, with all that its page says, frozen. A correction is the next edition.

    `number` counts from 1 within its summary. Only a withdrawal is added to it, and leaves its reason.
    """

    summary = models.ForeignKey(Summary, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    supplier_name = models.CharField(_("supplier"), max_length=200)
    organisation_number = models.CharField(_("organisation number"), max_length=40, blank=True)
    category = models.ForeignKey(
        PurchaseCategory, verbose_name=_("purchase category"), on_delete=models.PROTECT, related_name="editions"
    )
    clause = models.CharField(_("contract clause"), max_length=60)
    regions = models.JSONField(_("regions"), default=list)
    methods = models.JSONField(_("method"), default=list)
    followed_from_on = models.DateField(_("followed up from"))
    followed_until_on = models.DateField(_("followed up until"))
    is_closed = models.BooleanField(_("closed"))
    colour = models.CharField(_("light"), max_length=6, choices=Colour)
    light_sv = models.CharField(_("light in Swedish"), max_length=200)
    light_en = models.CharField(_("light in English"), max_length=200)
    deviations = models.PositiveIntegerField(_("deviations"))
    severe_deviations = models.PositiveIntegerField(_("severe deviations"))
    open_deviations = models.PositiveIntegerField(_("open deviations"))
    actions = models.PositiveIntegerField(_("corrective actions"))
    done_actions = models.PositiveIntegerField(_("corrective actions done"))
    checked_on = models.DateField(_("facts checked by the supplier"), null=True, blank=True)
    supplier_comment = models.TextField(_("the supplier's comment"), max_length=COMMENT_MAX, blank=True)
    change_note_sv = models.TextField(_("what changed, in Swedish"), max_length=NOTE_MAX, blank=True)
    change_note_en = models.TextField(_("what changed, in English"), max_length=NOTE_MAX, blank=True)
    published_at = models.DateTimeField(_("published"))
    published_by = by_field(_("published by"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = by_field(_("withdrawn by"), null=True)
    withdrawal_reason_sv = models.TextField(_("reason in Swedish"), max_length=NOTE_MAX, blank=True)
    withdrawal_reason_en = models.TextField(_("reason in English"), max_length=NOTE_MAX, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("published edition")
        constraints = [
            models.UniqueConstraint(fields=["summary", "number"], name="summary_edition_number"),
            models.CheckConstraint(name="summary_edition_counts", condition=Q(number__gte=1)),
            models.CheckConstraint(name="summary_edition_has_texts", condition=~Q(text_sv="") & ~Q(text_en="")),
            models.CheckConstraint(name="summary_edition_colour_known", condition=Q(colour__in=Colour.values)),
            models.CheckConstraint(
                name="summary_edition_says_what_changed",
                condition=Q(number=1) | (~Q(change_note_sv="") & ~Q(change_note_en="")),
            ),
            pair_constraint("summary_edition_withdrawn_pair", "withdrawn"),
            models.CheckConstraint(
                name="summary_edition_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason_sv="", withdrawal_reason_en="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason_sv="") & ~Q(withdrawal_reason_en="")),
            ),
        ]
        indexes = [models.Index(fields=["category", "published_at"], name="summary_edition_of_category")]
        triggers = [
            pgtrigger.ReadOnly(
                name="summary_edition_fixed",
                exclude=[
                    "created_at",
                    "published_at",
                    "withdrawn_at",
                    "withdrawn_by",
                    "withdrawal_reason_sv",
                    "withdrawal_reason_en",
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.supplier_name} · {self.category}"

    @property
    def light(self) -> str:
        return self.told("light")

    @property
    def change_note(self) -> str:
        return self.told("change_note")

    @property
    def withdrawal_reason(self) -> str:
        return self.told("withdrawal_reason")

    @property
    def method_labels(self) -> "list[str | _StrPromise]":
        return [Method(key).label for key in self.methods]

    @property
    def standing(self) -> Standing:
        return Standing.WITHDRAWN if self.withdrawn_at else Standing.PUBLISHED


@pghistory.track()
class SummaryPdf(Record):
    """An edition as a PDF in one of the languages, made in the background."""

    edition = models.ForeignKey(SummaryEdition, on_delete=models.PROTECT, related_name="pdfs")
    language = models.CharField(_("language"), max_length=2, choices=[("sv", _("Swedish")), ("en", _("English"))])
    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("PDF of a summary")
        constraints = [models.UniqueConstraint(fields=["edition", "language"], name="summary_pdf_one_of_a_language")]

    def __str__(self) -> str:
        return f"{self.edition} ({self.language})"
