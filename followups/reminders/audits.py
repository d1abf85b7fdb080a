"""Audits as sources of reminders: the day of an audit, and the documents that the supplier is asked for beforehand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.emails.audits import when_and_where
from followups.enums.links import Holder
from followups.models import AccessLink, Audit, AuditDocumentRequest, FollowUp
from followups.models.audits import AuditQuerySet
from followups.queries.audits import documents_wanted
from portal.reminders.schedule import Steps
from portal.reminders.sources import Deadline, Due, Outside, Source
from portal.ui.templatetags.formats import day as written_day
from regions.models import User
from regions.queries import at_work

AUDIT, DOCUMENTS = "audit", "audit_documents"
INSIDE = Steps()
AUDITORS = Steps((-14, -3, 7))
SUPPLIERS = Steps()


def _address(name: str, *args: str) -> str:
    return settings.BASE_URL.rstrip("/") + reverse(name, args=args)


def audits_due(day: date) -> Iterator[Due]:
    """Booked audits whose day comes or has passed: for the handler, otherwise the lead region's buyers, and the auditor."""
    latest = max(steps.latest_due_on(day) for steps in (INSIDE, AUDITORS))
    audits = (
        _expected().filter(planned_on__lte=latest).select_related("follow_up__handler").order_by("planned_on", "pk")
    )
    present = set(at_work(day).values_list("pk", flat=True))
    buyers: dict[int, list[User]] = {}
    for audit in audits:
        follow_up, due_on = audit.follow_up, audit.planned_on
        if due_on is None:
            continue
        if step := INSIDE.on(due_on, day):
            has_handler = follow_up.handler_id in present
            for person in [follow_up.handler] if has_handler else _buyers_of(follow_up.lead_region_id, day, buyers):
                yield Due(person, step, audit.public_id, due_on, within=follow_up.public_id)
        if audit.auditor_email and (step := AUDITORS.on(due_on, day)):
            auditor = Outside(audit.auditor_email, audit.auditor_name, audit.auditor_language)
            yield Due(auditor, step, audit.public_id, due_on, within=follow_up.public_id)


def _expected() -> AuditQuerySet:
    return Audit.objects.expected().filter(follow_up__in=FollowUp.objects.under_way().values("pk"))


def _buyers_of(region_id: int, day: date, known: dict[int, list[User]]) -> list[User]:
    if region_id not in known:
        known[region_id] = list(at_work(day, Q(region=region_id)))
    return known[region_id]


def audit_text(due: Due) -> tuple[str, str]:
    """When and where, and what there is to do; to the auditor without an address, for the link is personal."""
    audit = Audit.objects.select_related("follow_up__supplier").get(public_id=due.public_id)
    names = {
        "supplier": audit.follow_up.supplier,
        "audit": audit,
        "when": when_and_where(audit),
        "date": written_day(audit.planned_on),
    }
    is_auditor = isinstance(due.recipient, Outside)
    if due.step.startswith("+"):
        subject = _("%(supplier)s: an audit was booked for %(date)s") % names
        opening = _(
            "The audit of %(supplier)s (%(audit)s) was booked for %(date)s and isn't registered as carried out."
        )
    else:
        subject = _("%(supplier)s: an audit is booked for %(date)s") % names
        opening = _("The audit of %(supplier)s (%(audit)s) is booked for: %(when)s.")
    if is_auditor:
        closing = _("Use the link that you have. You get all your links anew here: %(link)s") % {
            "link": _address("followups:link-mail")
        }
    else:
        closing = _("Open the audit: %(link)s") % {"link": _address("followups:audit-detail", audit.public_id)}
    return subject, f"{opening % names}\n\n{closing}\n"


def audits_open(public_ids: Collection[str]) -> set[str]:
    return set(_expected().filter(public_id__in=public_ids).values_list("public_id", flat=True))


def audit_url(public_id: str) -> str:
    return _address("followups:audit-detail", public_id)


def audit_deadlines(user: User) -> Iterable[Deadline]:
    """The days of the audits in the follow-ups that the user handles."""
    audits = Audit.objects.visible_to(user).expected().filter(follow_up__handler=user)
    for audit in audits.select_related("follow_up__supplier").order_by("planned_on", "pk"):
        if audit.planned_on is not None:
            title = f"{audit.follow_up.supplier}: {audit.get_kind_display()}"
            yield Deadline(audit.public_id, audit.planned_on, title, audit_url(audit.public_id))


def documents_due(day: date) -> Iterator[Due]:
    """Documents that haven't come: for the supplier's contacts with an open link, one mail for an audit, a day and a step."""
    wanted = documents_wanted(SUPPLIERS.latest_due_on(day)).filter(
        audit__follow_up__in=FollowUp.objects.under_way().values("pk")
    )
    days: dict[Audit, set[date]] = defaultdict(set)
    for request in wanted.select_related("audit__follow_up").order_by("due_on", "pk"):
        days[request.audit].add(request.due_on)
    contacts = _contacts(audit.follow_up_id for audit in days)
    for audit, dates in days.items():
        for due_on in sorted(dates):
            step = SUPPLIERS.on(due_on, day)
            for contact in contacts[audit.follow_up_id] if step else ():
                name = f"{step} {due_on:%Y-%m-%d}"
                yield Due(contact, name, audit.public_id, due_on, within=audit.follow_up.public_id)


def _contacts(follow_ups: Iterable[int]) -> dict[int, list[Outside]]:
    """The supplier's contacts by follow-up."""
    links = AccessLink.objects.open().filter(holder=Holder.SUPPLIER, follow_up__in=set(follow_ups)).order_by("pk")
    found: dict[int, list[Outside]] = defaultdict(list)
    for link in links:
        if link.follow_up_id is not None:
            found[link.follow_up_id].append(Outside(link.email, link.name, link.language))
    return found


def documents_text(due: Due) -> tuple[str, str]:
    """Which documents are missing, and how to send them."""
    audit = Audit.objects.select_related("follow_up__supplier").get(public_id=due.public_id)
    missing = AuditDocumentRequest.objects.filter(audit=audit, received_at__isnull=True, withdrawn_at__isnull=True)
    titles = [request.title for request in missing if request.due_on <= due.due_on]
    names = {"supplier": audit.follow_up.supplier, "date": written_day(due.due_on)}
    if due.step.startswith("+"):
        subject = _("%(supplier)s: documents were wanted by %(date)s") % names
        opening = (
            _("Before the audit of %(supplier)s we asked for these documents by %(date)s. They haven't come:") % names
        )
    else:
        subject = _("%(supplier)s: documents are wanted by %(date)s") % names
        opening = _("Before the audit of %(supplier)s we ask for these documents by %(date)s:") % names
    lines = "\n".join(f"– {title}" for title in titles)
    closing = _("Send them with the link that you have. You get all your links anew here: %(link)s") % {
        "link": _address("followups:link-mail")
    }
    return subject, f"{opening}\n\n{lines}\n\n{closing}\n"


def documents_open(public_ids: Collection[str]) -> set[str]:
    wanted = documents_wanted(date.max).filter(
        audit__public_id__in=public_ids, audit__follow_up__in=FollowUp.objects.under_way().values("pk")
    )
    return set(wanted.values_list("audit__public_id", flat=True))


AUDITS = Source(AUDIT, gettext_lazy("Audits"), audits_due, audit_text, audits_open, audit_url, audit_deadlines)
AUDIT_DOCUMENTS = Source(
    DOCUMENTS, gettext_lazy("Documents before an audit"), documents_due, documents_text, documents_open, audit_url
)
