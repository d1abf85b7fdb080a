"""What an audit holds: how it judged each requirement, whom it met, and the documents it asked for."""

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import ProcessRequirement
from followups.enums.audits import Judgement
from followups.models.audits import Audit
from followups.models.follow_ups import FollowUp, Once
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.models import User

NOTE_MAX = 5_000


class OfAudit(models.QuerySet):
    """Rows of an audit that are seen with it."""

    def visible_to(self, user: User) -> "OfAudit":
        return self.filter(audit__in=Audit.objects.visible_to(user).values("pk"))


@pghistory.track()
class AuditJudgement(Record, Versioned):
    """How one process requirement of the follow-up's clause version is met, as the audit found it."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="judgements")
    requirement = models.ForeignKey(
        ProcessRequirement, verbose_name=_("requirement"), on_delete=models.PROTECT, related_name="judgements"
    )
    judgement = models.CharField(_("judgement"), max_length=9, choices=Judgement)
    note = models.TextField(_("note"), max_length=NOTE_MAX, blank=True)
    changed_at = models.DateTimeField(_("last changed"), null=True, blank=True)
    changed_by = by_field(_("last changed by"), null=True)

    objects = OfAudit.as_manager()

    class Meta:
        ordering = ["audit", "requirement__number"]
        verbose_name = _("judgement")
        constraints = [
            models.UniqueConstraint(fields=["audit", "requirement"], name="audit_judgement_unique"),
            models.CheckConstraint(name="audit_judgement_known", condition=Q(judgement__in=Judgement.values)),
            pair_constraint("audit_judgement_changed_pair", "changed"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="audit_judgement_of_clause",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM followups_audit a
                        JOIN followups_followup f ON f.id = a.follow_up_id
                        JOIN codeofconduct_processrequirement r ON r.clause_version_id = f.clause_version_id
                        WHERE a.id = NEW.audit_id AND r.id = NEW.requirement_id
                    ) THEN
                        RAISE EXCEPTION 'audit_judgement_of_clause: the requirement is of another clause version'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.get_judgement_display()}"


class InsideAudit(models.QuerySet):
    """Rows of an audit for those whom its follow-up concerns, not for those it is merely shared with."""

    def visible_to(self, user: User) -> "InsideAudit":
        seen = Audit.objects.visible_to(user).filter(follow_up__in=FollowUp.objects.concerning(user).values("pk"))
        return self.filter(audit__in=seen.values("pk"))


@pghistory.track()
class RoleMet(Record, Once):
    """Whom the audit met, by role: an interview may show who belongs to a union, so names are not asked for."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="roles_met")
    role = models.CharField(_("role"), max_length=100)
    people = models.PositiveSmallIntegerField(
        _("number of people"), validators=[MinValueValidator(1), MaxValueValidator(999)]
    )

    objects = InsideAudit.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("role met")
        constraints = [
            models.UniqueConstraint(fields=["audit", "submission"], name="role_met_once"),
            models.CheckConstraint(name="role_met_people", condition=Q(people__gte=1, people__lte=999)),
        ]

    def __str__(self) -> str:
        return f"{self.role} ({self.people})"


@pghistory.track()
class AuditDocumentRequest(Record, Once):
    """A document that the audit asks the supplier for beforehand."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="document_requests")
    title = models.CharField(_("document"), max_length=300)
    due_on = models.DateField(_("wanted by"))
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    received_by = by_field(_("received from"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = by_field(_("withdrawn by"), null=True)

    objects = InsideAudit.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("document asked for")
        constraints = [
            models.UniqueConstraint(fields=["audit", "submission"], name="audit_document_request_once"),
            pair_constraint("audit_document_request_received_pair", "received"),
            pair_constraint("audit_document_request_withdrawn_pair", "withdrawn"),
            models.CheckConstraint(
                name="audit_document_request_one_end",
                condition=Q(received_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AuditDocumentQuerySet(models.QuerySet["AuditDocument"]):
    def visible_to(self, user: User) -> "AuditDocumentQuerySet":
        return self.filter(request__in=AuditDocumentRequest.objects.visible_to(user).values("pk"))


@pghistory.track()
class AuditDocument(Record):
    """A file that answers a request."""

    request = models.ForeignKey(AuditDocumentRequest, on_delete=models.PROTECT, related_name="documents")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="audit_document")

    objects = AuditDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("document")

    def __str__(self) -> str:
        return self.file.name
