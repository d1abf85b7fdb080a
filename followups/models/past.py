"""Follow-ups from before the portal, as the records of the time tell them, and their documents."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import Colour
from followups.enums.reuse import DocumentKind, Method
from followups.models.follow_ups import FollowUp
from portal.files.models import NAME_LENGTH, StoredFile
from portal.history.models import Record, by_field, pair_constraint
from regions.models import User
from regions.permissions import is_buyer, is_staff

KEY_LENGTH = 80


@pghistory.track()
class PastFollowUp(Record):
    """What the import says of a follow-up from before the portal. `key` tells it from all others, in file after file.

    `light` is the light of the time, which nobody here has derived: it is shown as told. `report_names`: what its
    documents are called.
    """

    follow_up = models.OneToOneField(FollowUp, on_delete=models.PROTECT, related_name="past")
    key = models.CharField(_("key"), max_length=KEY_LENGTH, unique=True)
    kind = models.CharField(_("kind of follow-up"), max_length=20, choices=Method)
    carried_out_on = models.DateField(_("carried out on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    light = models.CharField(_("light as told"), max_length=6, choices=Colour, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2_000)
    report_names = ArrayField(
        models.CharField(max_length=NAME_LENGTH), verbose_name=_("names of its documents"), default=list, blank=True
    )

    class Meta:
        ordering = ["-carried_out_on", "-pk"]
        verbose_name = _("past follow-up")
        constraints = [
            models.CheckConstraint(name="past_follow_up_keyed", condition=~Q(key="")),
            models.CheckConstraint(
                name="past_follow_up_dates",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("carried_out_on")),
                violation_error_message=_("It can't be closed before it was carried out."),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class EarlierDocumentQuerySet(models.QuerySet["EarlierDocument"]):
    def visible_to(self, user: User) -> "EarlierDocumentQuerySet":
        """With the follow-up they belong to, as evidence is; those that belong to none yet to staff."""
        if is_staff(user):
            return self
        seen = self.filter(follow_up__in=FollowUp.objects.visible_to(user).values("pk"))
        if is_buyer(user):
            return seen
        return seen.filter(follow_up__in=FollowUp.objects.concerning(user).values("pk"))

    def unmatched(self) -> "EarlierDocumentQuerySet":
        return self.filter(follow_up__isnull=True)


@pghistory.track()
class EarlierDocument(Record):
    """A PDF from before the portal: a report, or a self-assessment from another system.

    Until it is known whose it is, it waits; nothing that was sent in is lost. `archive`: the zip that it came in.
    """

    follow_up = models.ForeignKey(
        FollowUp, on_delete=models.PROTECT, null=True, blank=True, related_name="earlier_documents"
    )
    kind = models.CharField(
        _("kind of document"), max_length=15, choices=DocumentKind, default=DocumentKind.AUDIT_REPORT
    )
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="earlier_document")
    name_key = models.CharField(max_length=NAME_LENGTH, editable=False, db_index=True)
    archive = models.CharField(_("came in"), max_length=NAME_LENGTH, blank=True)
    matched_at = models.DateTimeField(_("matched"), null=True, blank=True)
    matched_by = by_field(_("matched by"), null=True)

    objects = EarlierDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("earlier document")
        constraints = [
            pair_constraint("earlier_document_matched_pair", "matched"),
            models.CheckConstraint(
                name="earlier_document_matched_to_one",
                condition=Q(follow_up__isnull=True, matched_at__isnull=True)
                | Q(follow_up__isnull=False, matched_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.file.name
