"""Access links: issued, sent anew, revoked. Sending anew makes a new address; the old one then leads nowhere."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract
from followups.emails.links import link_letter
from followups.enums.links import Holder
from followups.models import AccessLink, FollowUp
from followups.models.links import hash_of
from followups.refusals import ended
from portal import clock
from portal.history.models import By, SystemActor, actor_of
from portal.outbox.actions import queue_mail

DAYS = 90
SELF_SERVICE = SystemActor("own links")


@transaction.atomic
def issue_link(
    *,
    by: By,
    holder: Holder,
    name: str,
    email: str,
    language: str,
    follow_up: FollowUp | None = None,
    contract: Contract | None = None,
    days: int = DAYS,
    even_ended: bool = False,
) -> AccessLink:
    """Make a link and mail its address. Whoever has one for the same already gets that one anew, at a new address.

    `days`: how long it works; a reporter's has no end. Raises ValidationError where the follow-up has ended, unless
    `even_ended` says that there is something to do then too, or where `email` is no address; IntegrityError for a link
    about nothing, or about both a follow-up and a contract.
    """
    if follow_up is not None:
        locked = FollowUp.objects.select_for_update(of=["self"]).get(pk=follow_up.pk)
        if not (locked.is_under_way or even_ended):
            raise ended()
    found = (
        AccessLink.objects.select_for_update(of=["self"])
        .filter(holder=holder, follow_up=follow_up, contract=contract, email__iexact=email, revoked_at__isnull=True)
        .first()
    )
    link = found or AccessLink(
        holder=holder, follow_up=follow_up, contract=contract, email=email, created_by=actor_of(by)
    )
    link.name, link.language = name, language
    return _send(by, link, days)


@transaction.atomic
def resend_link(*, by: By, link: AccessLink, days: int = DAYS) -> AccessLink:
    """Mail a new address, which works `days` from now; the old one leads nowhere.

    Raises ValidationError where the link has been revoked.
    """
    locked = AccessLink.objects.select_for_update(of=["self"]).get(pk=link.pk)
    if locked.revoked_at is not None:
        raise ValidationError(_("The link has been revoked. Make a new one."), code="revoked")
    return _send(by, locked, days)


@transaction.atomic
def revoke_link(*, by: By, link: AccessLink) -> AccessLink:
    """It leads nowhere from now on. Revoking it again leaves the first who and when."""
    locked = AccessLink.objects.select_for_update(of=["self"]).get(pk=link.pk)
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by = clock.now(), actor_of(by)
        locked.save(update_fields=["revoked_at", "revoked_by"])
    return locked


@transaction.atomic
def mail_own_links(*, email: str, by: By = SELF_SERVICE) -> int:
    """Mail a new address of each open link of this e-mail address to it; how many there were.

    Who asks is told nothing of that number: whether a firm is followed up is nobody else's to know.
    """
    links = AccessLink.objects.open().select_for_update(of=["self"]).filter(email__iexact=email)
    for link in links:
        _send(by, link, None)
    return len(links)


def _send(by: By, link: AccessLink, days: int | None) -> AccessLink:
    """With a new secret. `days` None leaves the end where it is."""
    token = secrets.token_urlsafe(32)
    link.token_hash = hash_of(token)
    if days is not None and link.holder != Holder.REPORTER:
        link.expires_at = clock.now() + timedelta(days=days)
    subject, body = link_letter(link, token)
    link.message = queue_mail(
        to=link.email, subject=subject, body=body, kind="access_link", is_secret=True, language=link.language, by=by
    )
    link.save()
    return link
