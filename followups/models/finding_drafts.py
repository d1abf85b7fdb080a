"""Findings that are being written: their author's own space until they are submitted."""

import uuid

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import CodeSection, ProcessRequirement
from followups.enums.findings import Involvement, SevereType
from followups.models.audits import Audit
from followups.models.findings import TEXT_MAX, Severity
from followups.models.follow_ups import Once
from portal.files.models import StoredFile
from portal.history.models import By, LinkActor, Record, SystemActor, Versioned


class FindingDraftQuerySet(models.QuerySet["FindingDraft"]):
    def of(self, author: By) -> "FindingDraftQuerySet":
        """The author's own. Nobody else has a way to them, whatever the role."""
        if isinstance(author, LinkActor):
            return self.filter(created_by__link=author.link)
        if isinstance(author, SystemActor):
            return self.none()
        return self.filter(created_by__user=author.pk)


# What is typed doesn't enter the history: a draft is no document yet, and it is saved every few seconds.
@pghistory.track(fields=["id", "public_id", "created_at", "created_by", "audit", "submission"])
class FindingDraft(Record, Versioned, Once):
    """A finding of an audit as far as it is written. Submitting makes the finding of the same `submission` and removes it.

    `window`: the page that saved last. Its own saves follow each other; another window's must have seen `version`.
    """

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="drafts")
    text = models.TextField(_("what was found"), max_length=TEXT_MAX, blank=True)
    severity = models.ForeignKey(
        Severity, verbose_name=_("severity"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requirement = models.ForeignKey(
        ProcessRequirement,
        verbose_name=_("requirement"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    section = models.ForeignKey(
        CodeSection,
        verbose_name=_("area of the code"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    severe_type = models.CharField(_("type of severe deviation"), max_length=18, choices=SevereType, blank=True)
    involvement = models.CharField(_("how the supplier is involved"), max_length=11, choices=Involvement, blank=True)
    window = models.UUIDField(editable=False, default=uuid.uuid4)

    objects = FindingDraftQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("draft of a finding")
        constraints = [models.UniqueConstraint(fields=["audit", "submission"], name="finding_draft_once")]

    def __str__(self) -> str:
        return self.text[:60]


@pghistory.track()
class DraftPhoto(Record):
    """A file of a draft. It becomes evidence when the finding is submitted, and goes with a draft that is thrown away."""

    draft = models.ForeignKey(FindingDraft, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="draft_photo")

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("photo of a draft")

    def __str__(self) -> str:
        return self.file.name
