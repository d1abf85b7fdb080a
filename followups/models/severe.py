"""The supplier's duty to report severe deviations, and who was told of one at once."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import CategoryOwner, Contract, ContractCategory, ContractParty, Facility
from codeofconduct.models.suppliers import ISO_COUNTRY
from followups.enums.findings import SevereType
from followups.models.findings import TEXT_MAX, Finding
from followups.models.follow_ups import FollowUp, Once
from portal import clock
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from portal.outbox.models import Message
from regions.models import User
from regions.permissions import access_of, is_staff


class SevereReportQuerySet(models.QuerySet["SevereReport"]):
    def visible_to(self, user: User) -> "SevereReportQuerySet":
        """The secretariat, the contracting regions' buyers, and who coordinates a category of the contract.

        Nobody else, whatever else they see of the supplier or the contract: not even as a number.
        """
        if is_staff(user):
            return self
        access = access_of(user)
        if not access.regions and not access.groups:
            return self.none()
        joint = ContractParty.objects.filter(region__in=access.regions)
        owned = CategoryOwner.objects.valid_on(clock.today()).filter(group__in=access.groups)
        in_owned = ContractCategory.objects.filter(category__in=owned.values("category"))
        return self.filter(
            Q(contract__region__in=access.regions)
            | Q(contract__in=joint.values("contract"))
            | Q(contract__in=in_owned.values("contract"))
        )

    def waiting(self) -> "SevereReportQuerySet":
        """That no one has taken up."""
        return self.filter(taken_up_at__isnull=True)


@pghistory.track()
class SevereReport(Record, Versioned, Once):
    """A supplier's report of a severe deviation under a contract, due within the days of its clause (normally 14).

    Who and when are the record's own: `created_by` is the link that it came by. `due_on` is fixed when it comes in.
    """

    contract = models.ForeignKey(
        Contract, verbose_name=_("contract"), on_delete=models.PROTECT, related_name="severe_reports"
    )
    severe_type = models.CharField(_("type of severe deviation"), max_length=18, choices=SevereType)
    happened = models.TextField(_("what has happened"), max_length=TEXT_MAX)
    facts = models.TextField(_("known facts"), max_length=TEXT_MAX)
    measures_taken = models.TextField(_("measures taken"), max_length=TEXT_MAX, blank=True)
    measures_planned = models.TextField(_("measures planned"), max_length=TEXT_MAX, blank=True)
    known_on = models.DateField(_("known to the supplier since"))
    due_on = models.DateField(_("to be reported by"))
    facility = models.ForeignKey(
        Facility,
        verbose_name=_("facility"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="severe_reports",
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[ISO_COUNTRY], blank=True)
    taken_up_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    taken_up_by = by_field(_("taken up by"), null=True)
    follow_up = models.ForeignKey(
        FollowUp,
        verbose_name=_("follow-up"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="severe_reports",
    )
    linked_at = models.DateTimeField(_("linked to a follow-up"), null=True, blank=True)
    linked_by = by_field(_("linked by"), null=True)

    objects = SevereReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("report of a severe deviation")
        constraints = [
            models.UniqueConstraint(fields=["contract", "submission"], name="severe_report_once"),
            pair_constraint("severe_report_taken_up_pair", "taken_up"),
            pair_constraint("severe_report_linked_pair", "linked"),
            models.CheckConstraint(
                name="severe_report_linked",
                condition=Q(follow_up__isnull=True, linked_at__isnull=True)
                | Q(follow_up__isnull=False, linked_at__isnull=False),
            ),
            models.CheckConstraint(name="severe_report_due", condition=Q(due_on__gte=F("known_on"))),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="follow_up_of_supplier",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("follow_up_id"),
                func="""
                    IF NEW.follow_up_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM followups_followup f JOIN codeofconduct_contract c ON c.supplier_id = f.supplier_id
                        WHERE f.id = NEW.follow_up_id AND c.id = NEW.contract_id
                    ) THEN
                        RAISE EXCEPTION 'follow_up_of_supplier: the follow-up is of another supplier'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_severe_type_display()} · {self.contract}"

    @property
    def days_late(self) -> int:
        """How many days after its date it came in; 0 where it was in time."""
        return max((self.created_at.astimezone(clock.STOCKHOLM).date() - self.due_on).days, 0)


class SevereFileQuerySet(models.QuerySet["SevereFile"]):
    def visible_to(self, user: User) -> "SevereFileQuerySet":
        return self.filter(report__in=SevereReport.objects.visible_to(user).values("pk"))


@pghistory.track()
class SevereFile(Record):
    """A file that came with a report."""

    report = models.ForeignKey(SevereReport, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="severe_file")

    objects = SevereFileQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("file of a report")

    def __str__(self) -> str:
        return self.file.name


@pghistory.track()
class SevereAlert(Record):
    """That a person was told at once of a severe deviation: one mail a person and thing, whatever else they are."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts")
    report = models.ForeignKey(SevereReport, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("alert of a severe deviation")
        constraints = [
            models.CheckConstraint(
                name="severe_alert_of_one_thing",
                condition=Q(finding__isnull=True, report__isnull=False) | Q(finding__isnull=False, report__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["finding", "recipient"], name="severe_alert_finding_once", condition=Q(finding__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["report", "recipient"], name="severe_alert_report_once", condition=Q(report__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.recipient)
