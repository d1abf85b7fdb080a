"""Letters about audits, to the auditor and to the supplier's people, each in their language. The address is in the letter
with the link."""

from django.utils import translation
from django.utils.translation import gettext as _

from followups.emails.assessments import way_back
from followups.models import Audit
from followups.queries.assessments import supplier_links
from portal.history.models import By
from portal.outbox.actions import queue_mail
from portal.outbox.models import Message
from portal.ui.templatetags.formats import day


def when_and_where(audit: Audit) -> str:
    """Date, time and place in the active language, as far as they are known."""
    parts = [day(audit.planned_on)]
    if audit.start_time:
        parts.append(_("at %(time)s") % {"time": f"{audit.start_time:%H:%M}"})
    if audit.is_remote:
        parts.append(_("remotely"))
    if audit.place:
        parts.append(audit.place)
    return ", ".join(parts)


def queue_audit_moved(*, by: By, audit: Audit) -> Message:
    """The audit that the auditor knows of has another date, time or place."""
    with translation.override(audit.auditor_language):
        names = {"supplier": audit.follow_up.supplier, "audit": audit}
        subject = _("%(supplier)s: the audit has been moved") % names
        body = [
            _("Hello %(name)s,") % {"name": audit.auditor_name},
            _("The audit of %(supplier)s (%(audit)s) is now booked for:") % names,
            when_and_where(audit),
            _("Everything else is in your link to the audit."),
        ]
    return _queue(by, audit, subject, body)


def queue_audit_given_back(*, by: By, audit: Audit) -> Message:
    """What is missing in an audit that was handed in."""
    with translation.override(audit.auditor_language):
        names = {"supplier": audit.follow_up.supplier, "audit": audit}
        subject = _("%(supplier)s: something is missing in the audit") % names
        body = [
            _("Hello %(name)s,") % {"name": audit.auditor_name},
            _("The audit of %(supplier)s (%(audit)s) is open to you again. This is missing:") % names,
            audit.returned_note,
            _("Use the link that you have, and hand in the audit again when it is done."),
        ]
    return _queue(by, audit, subject, body)


def queue_audit_announced(*, by: By, audit: Audit) -> None:
    """When and where it is, to the supplier's people who have an open link."""
    for link in supplier_links(audit.follow_up):
        with translation.override(link.language):
            names = {"supplier": audit.follow_up.supplier, "audit": audit, "date": day(audit.planned_on)}
            body = [
                _("Hello %(name)s,") % {"name": link.name},
                _("Sweden's regions have booked an audit of %(supplier)s (%(audit)s):") % names,
                when_and_where(audit),
                _("The documents that are asked for beforehand stand on your page.") + " " + way_back(),
                _("The regions' secretariat for sustainable procurement"),
            ]
            queue_mail(
                to=link.email,
                subject=_("%(supplier)s: an audit is booked for %(date)s") % names,
                body="\n\n".join(body) + "\n",
                kind="audit_announced",
                language=link.language,
                by=by,
            )


def _queue(by: By, audit: Audit, subject: str, body: list[str]) -> Message:
    with translation.override(audit.auditor_language):
        closing = _("The regions' secretariat for sustainable procurement")
    text = "\n\n".join([*body, closing]) + "\n"
    return queue_mail(
        to=audit.auditor_email, subject=subject, body=text, kind="audit", language=audit.auditor_language, by=by
    )
