"""What the pages about audits show, at the desk of a user or of an auditor who came by a link."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from codeofconduct.models import Facility
from followups.enums.audits import Judgement
from followups.enums.links import Holder
from followups.models import AccessLink, Audit, Evidence, Finding, FollowUp
from followups.models.audits import AuditQuerySet
from followups.models.finding_drafts import FindingDraft, FindingDraftQuerySet
from followups.permissions import (
    can_change_order,
    can_order_audit,
    can_register_invoice,
    can_see_inside_audit,
    can_see_names,
    can_work_on_audit,
)
from followups.queries.assessments import told_to_auditor
from followups.queries.audits import Line, assigned, audits_of, checklist_of, outside_audits_of, requests_of
from portal.history.models import By
from regions.models import User


@dataclass(frozen=True)
class Desk:
    """Where an audit is worked at: a user's pages, or those of an auditor who came by `link`.

    `owner`: whose texts a browser keeps, so that another who uses the same phone doesn't get them. `audits`: those that
    are seen from here; `writes` says of one whether the pages offer to write in it.
    """

    by: By
    owner: str
    audits: AuditQuerySet
    writes: Callable[[Audit], bool]
    link: AccessLink | None = None

    @property
    def frame(self) -> str:
        """The template that the pages extend."""
        return "followups/outside/base.html" if self.link else "base.html"

    @property
    def drafts(self) -> FindingDraftQuerySet:
        """The own ones."""
        return FindingDraft.objects.of(self.by).filter(audit__in=self.audits.order_by().values("pk"))

    def url(self, name: str, *ids: str) -> str:
        """The address of a page of this room: of those inside, or the one that stands for it outside."""
        if self.link is None:
            return reverse(f"followups:{name}", args=ids)
        return reverse(f"followups:outside-{name}", args=[self.link.public_id, *ids])


def user_desk(user: User) -> Desk:
    return Desk(user, user.public_id, Audit.objects.visible_to(user), lambda audit: can_work_on_audit(user, audit))


def link_desk(link: AccessLink) -> Desk:
    """The auditor's: audits booked with that address, written in until they are handed in."""
    return Desk(link.actor, link.public_id, assigned(followed_up_by(link), link.email), _is_open_to_auditor, link)


def _is_open_to_auditor(audit: Audit) -> bool:
    return audit.follow_up.is_under_way and not audit.is_settled and audit.handed_in_at is None


def followed_up_by(link: AccessLink) -> FollowUp:
    """The one follow-up of a supplier's or an auditor's link. Raises ValueError for a reporter's, which has none."""
    if link.follow_up is None:
        raise ValueError(link)
    return link.follow_up


@dataclass(frozen=True)
class Bar:
    """How many requirements were judged how, as `_judgement_bar.html` draws it. `left`: those not judged."""

    fulfilled: int
    partly: int
    failed: int
    left: int

    @property
    def total(self) -> int:
        return self.fulfilled + self.partly + self.failed + self.left

    @property
    def parts(self) -> list[tuple[str, int, int]]:
        """(name, begin, length) of each part that has any, in requirements."""
        parts, begin = [], 0
        for name, length in (("fulfilled", self.fulfilled), ("partly", self.partly), ("not", self.failed)):
            if length:
                parts.append((name, begin, length))
            begin += length
        return parts


def bar_of(audit: Any) -> Bar:
    """Of an audit from `with_judgements`."""
    judged = audit.n_fulfilled + audit.n_partly + audit.n_not
    return Bar(audit.n_fulfilled, audit.n_partly, audit.n_not, max(0, audit.n_requirements - judged))


def bar_of_lines(lines: Iterable[Line]) -> Bar:
    found = [line.judgement.judgement if line.judgement else "" for line in lines]
    return Bar(*(found.count(value) for value in (*Judgement.values, "")))


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """On the page of a follow-up: its audits, each with date, payer and how it judged."""
    audits = list(audits_of(user, follow_up))
    may_order = can_order_audit(user, follow_up)
    if not audits and not may_order:
        return None
    return "followups/_audits_section.html", {
        "rows": [(audit, bar_of(audit)) for audit in audits],
        "follow_up": follow_up,
        "may_order": may_order,
        "inside": can_see_inside_audit(user, follow_up),
    }


def work_context(desk: Desk, audit: Audit) -> dict[str, Any]:
    """What user and auditor see of an audit alike: checklist, findings, own drafts. Queries don't grow with rows."""
    lines = checklist_of(audit)
    writes = desk.writes(audit)
    findings = Finding.objects.submitted().filter(audit=audit).select_related("severity", "requirement")
    return {
        "desk": desk,
        "frame": desk.frame,
        "audit": audit,
        "follow_up": audit.follow_up,
        "may_write": writes,
        "lines": [
            (line, desk.url("judgement-edit", audit.public_id, line.requirement.public_id) if writes else "")
            for line in lines
        ],
        "bar": bar_of_lines(lines),
        "findings": _with_own_evidence(findings, desk.link) if desk.link else findings,
        "drafts": [
            (draft, desk.url("draft-edit", draft.public_id), desk.url("draft-discard", draft.public_id))
            for draft in desk.drafts.filter(audit=audit)
        ],
        "draft_url": desk.url("draft-new", audit.public_id),
        "save_url": desk.url("draft-save", audit.public_id),
        "role_url": desk.url("role-add", audit.public_id),
    }


def _with_own_evidence(findings: QuerySet[Finding], link: AccessLink) -> QuerySet[Finding]:
    """With what the auditor sent along; what others have added since is not for the auditor."""
    own = Evidence.objects.filter(created_by__link=link.public_id).select_related("file")
    return findings.prefetch_related(Prefetch("evidence", own))


def _roles(desk: Desk, audit: Audit) -> list[tuple[Any, str]]:
    return [(role, desk.url("role-remove", role.public_id)) for role in audit.roles_met.all()]


def _requests(desk: Desk, audit: Audit) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Each document asked for, with the files that came and their addresses."""
    return [
        (
            request,
            [(document, desk.url("audit-document", document.public_id)) for document in request.documents.all()],
        )
        for request in requests_of(audit)
    ]


def audit_context(user: User, audit: Audit) -> dict[str, Any]:
    """The page of an audit for a user."""
    desk = user_desk(user)
    inside = can_see_inside_audit(user, audit.follow_up)
    return work_context(desk, audit) | {
        "inside": inside,
        "facility": Facility.objects.visible_to(user).filter(pk=audit.facility_id or 0).first(),
        "trail": _trail(audit) if inside and can_see_names(user, audit.follow_up) else [],
        "roles": _roles(desk, audit) if inside else [],
        "requests": _requests(desk, audit) if inside else [],
        "may_change_order": can_change_order(user, audit),
        "may_invoice": can_register_invoice(user, audit),
    }


def _trail(audit: Audit) -> list[tuple[Any, str, Any]]:
    """Who did what and when, the latest first; as it stands now."""
    told = [
        (audit.created_by, _("ordered the audit"), audit.created_at),
        (audit.booked_by, _("booked the audit"), audit.booked_at),
        (audit.carried_out_by, _("registered it as carried out"), audit.carried_out_at),
        (audit.handed_in_by, _("handed it in"), audit.handed_in_at),
        (audit.approved_by, _("approved it"), audit.approved_at),
        (audit.cancelled_by, _("cancelled it"), audit.cancelled_at),
    ]
    return sorted((entry for entry in told if entry[2] is not None), key=lambda entry: entry[2], reverse=True)


def outside_audit_context(link: AccessLink, audit: Audit) -> dict[str, Any]:
    """The page of an audit for its auditor."""
    desk = link_desk(link)
    return work_context(desk, audit) | {
        "link": link,
        "roles": _roles(desk, audit),
        "requests": _requests(desk, audit),
        "hand_in_url": desk.url("audit-hand-in", audit.public_id),
        "told": told_to_auditor(audit.follow_up),
    }


def outside_section(link: AccessLink) -> tuple[str, dict[str, Any]] | None:
    """On the page that a link opens: the auditor's audits, or what the supplier is to know and to send."""
    if link.holder == Holder.AUDITOR:
        desk = link_desk(link)
        booked = [(audit, desk.url("audit-detail", audit.public_id)) for audit in desk.audits]
        return "followups/outside/_audits.html", {"audits": booked}
    if link.holder != Holder.SUPPLIER:
        return None
    audits = [(audit, _wanted(link, audit)) for audit in outside_audits_of(followed_up_by(link))]
    return ("followups/outside/_audits_of_supplier.html", {"audits": audits}) if audits else None


def _wanted(link: AccessLink, audit: Any) -> list[tuple[Any, str]]:
    """The documents asked for, each with where it is sent, as long as it is waited for."""
    is_open = not audit.is_settled and followed_up_by(link).is_under_way
    address = "followups:outside-document-send"
    return [
        (request, reverse(address, args=[link.public_id, request.public_id]) if is_open else "")
        for request in audit.wanted
    ]
