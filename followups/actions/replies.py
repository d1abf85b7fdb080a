"""The supplier's right of reply."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from followups.models import Finding, FollowUp, SupplierReply
from followups.refusals import ended
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError


@transaction.atomic
def write_reply(*, by: By, finding: Finding, version: int, text: str) -> SupplierReply:
    """What the supplier says about the finding; what it said before stays as an earlier version.

    `version`: of the reply that the page showed, 0 for none. The very same text again gives the reply that is there.
    Raises StaleVersionError where someone else at the supplier wrote meanwhile, ValidationError where the follow-up has
    ended or the text is empty.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=finding.follow_up_id)
    if not follow_up.is_under_way:
        raise ended()
    if not text.strip():
        raise ValidationError({"text": _("Write your reply.")}, code="required")
    latest = SupplierReply.objects.filter(finding=finding).order_by("-version").first()
    if latest is not None and latest.text == text:
        return latest
    if (latest.version if latest else 0) != version:
        raise StaleVersionError(latest or SupplierReply(finding=finding, version=0))
    return SupplierReply.objects.create(
        finding=finding, version=version + 1, text=text, created_at=clock.now(), created_by=actor_of(by)
    )
