"""Reads over audits and what they hold."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from codeofconduct.models import Facility, ProcessRequirement
from codeofconduct.queries.chain import facilities_of
from followups.enums.audits import FIRST_IS_PAID, AuditKind, Judgement, Payer
from followups.enums.follow_ups import BEFORE_AUDIT
from followups.models import Audit, AuditDocumentRequest, AuditJudgement, FollowUp, FrameworkAgreement
from followups.models.audits import AuditQuerySet
from portal import clock
from portal.search.ordering import swedish
from regions.models import User


def frameworks_listed(user: User) -> "QuerySet[FrameworkAgreement]":
    """All that were ever registered, with `n_audits` ordered on each."""
    audits = Audit.objects.standing().filter(framework=OuterRef("pk"))
    counted = audits.order_by().values("framework").annotate(n=Count("pk")).values("n")
    return FrameworkAgreement.objects.visible_to(user).annotate(
        n_audits=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    )


def frameworks_for(user: User, audit: Audit | None = None) -> "QuerySet[FrameworkAgreement]":
    """Those that an order can name: which hold today, and the one that the audit was ordered on."""
    today = clock.today()
    holds = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    named = Q(pk=audit.framework_id) if audit and audit.framework_id else Q(pk__in=[])
    found = FrameworkAgreement.objects.visible_to(user).filter(holds | named)
    return found.order_by(swedish("firm"), "number")


def facilities_for(user: User, follow_up: FollowUp) -> "QuerySet[Facility]":
    """The facilities of the follow-up's supplier that the user may see."""
    return facilities_of(user, follow_up.supplier)


def _judged(as_what: Judgement) -> Coalesce:
    rows = AuditJudgement.objects.filter(audit=OuterRef("pk"), judgement=as_what)
    counted = rows.order_by().values("audit").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_judgements(audits: AuditQuerySet) -> AuditQuerySet:
    """Adds `n_fulfilled`, `n_partly`, `n_not` and `n_requirements`, in the same query."""
    requirements = ProcessRequirement.objects.filter(clause_version=OuterRef("follow_up__clause_version"))
    counted = requirements.order_by().values("clause_version").annotate(n=Count("pk")).values("n")
    return audits.annotate(
        n_fulfilled=_judged(Judgement.FULFILLED),
        n_partly=_judged(Judgement.PARTLY),
        n_not=_judged(Judgement.NOT_FULFILLED),
        n_requirements=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )


def audits_of(user: User, follow_up: FollowUp) -> AuditQuerySet:
    """The follow-up's audits that the user may see, in the order of their numbers, with their judgements counted."""
    visible = Audit.objects.visible_to(user).filter(follow_up=follow_up)
    return with_judgements(visible).select_related("follows", "facility", "framework").order_by("number")


def assigned(follow_up: FollowUp, email: str) -> AuditQuerySet:
    """The audits of the follow-up that were booked with the auditor at this address and stand."""
    audits = Audit.objects.standing().filter(follow_up=follow_up, booked_at__isnull=False, auditor_email__iexact=email)
    return audits.order_by("number")


def can_be_followed(follow_up: FollowUp) -> AuditQuerySet:
    """What a follow-up audit can follow: audits that were carried out."""
    return Audit.objects.standing().filter(follow_up=follow_up, carried_out_at__isnull=False).order_by("number")


def to_verify_in(user: User, follow_up: FollowUp) -> AuditQuerySet:
    """Where it can be verified that actions are done: the follow-up audits that were carried out."""
    found = Audit.objects.visible_to(user).standing().filter(follow_up=follow_up, kind=AuditKind.FOLLOW_UP)
    return found.filter(carried_out_at__isnull=False).order_by("number")


def next_number(follow_up: FollowUp) -> int:
    """The number of the follow-up's next audit; cancelled ones keep theirs. Asked under the follow-up's lock."""
    last: int | None = follow_up.audits.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def payer_by_rule(follow_up: FollowUp, kind: str, *, but: Audit | None = None) -> Payer:
    """Who pays for one more audit of this kind: the cooperation the first office audit and the first follow-up audit.

    `but`: an audit that is there already, whose payer is asked for; earlier ones count. Cancelled audits don't.
    """
    earlier = Audit.objects.standing().filter(follow_up=follow_up, kind=kind)
    if but is not None:
        earlier = earlier.filter(number__lt=but.number)
    if kind in FIRST_IS_PAID and not earlier.exists():
        return Payer.COOPERATION
    return Payer.SUPPLIER


@dataclass(frozen=True)
class Line:
    """A line of the checklist. `before`: how the audit that this one follows judged the requirement."""

    requirement: ProcessRequirement
    judgement: AuditJudgement | None
    before: AuditJudgement | None


def checklist_of(audit: Audit) -> list[Line]:
    """All requirements of the follow-up's clause version, in their order: three queries, four with an earlier audit."""
    requirements = ProcessRequirement.objects.filter(clause_version=audit.follow_up.clause_version_id)
    judged = _by_requirement(audit.pk)
    before = _by_requirement(audit.follows_id) if audit.follows_id else {}
    return [
        Line(requirement, judged.get(requirement.pk), before.get(requirement.pk))
        for requirement in requirements.order_by("number").prefetch_related("points")
    ]


def _by_requirement(audit_id: int) -> dict[int, AuditJudgement]:
    judgements = AuditJudgement.objects.filter(audit=audit_id).select_related("created_by", "changed_by")
    return {judgement.requirement_id: judgement for judgement in judgements}


def not_yet_judged(audit: Audit) -> int:
    """How many requirements of the clause version the audit hasn't judged."""
    requirements = ProcessRequirement.objects.filter(clause_version=audit.follow_up.clause_version_id)
    return requirements.exclude(judgements__audit=audit).count()


def requests_of(audit: Audit) -> "QuerySet[AuditDocumentRequest]":
    """What the audit asks for beforehand, with what came, in two queries however much came."""
    wanted = audit.document_requests.filter(withdrawn_at__isnull=True).select_related("received_by")
    return wanted.prefetch_related("documents__file", "documents__created_by")


def documents_wanted(day: date) -> "QuerySet[AuditDocumentRequest]":
    """Asked for until the day, and neither received nor withdrawn, of audits that still wait for them."""
    waiting = Audit.objects.unsettled().filter(carried_out_at__isnull=True).exclude(is_unannounced=True)
    return AuditDocumentRequest.objects.filter(
        audit__in=waiting.values("pk"), due_on__lte=day, received_at__isnull=True, withdrawn_at__isnull=True
    )


def outside_audits_of(follow_up: FollowUp) -> list[Any]:
    """What the supplier may know of the follow-up's audits, each with `wanted`: the documents asked for.

    Booked and carried out ones, and those that ask for documents; unannounced ones only afterwards. Three queries.
    """
    wanted = AuditDocumentRequest.objects.filter(withdrawn_at__isnull=True).prefetch_related("documents__file")
    secret = Q(is_unannounced=True) | Q(follow_up__is_unannounced=True, follow_up__state__in=BEFORE_AUDIT)
    audits = (
        Audit.objects.standing()
        .filter(follow_up=follow_up)
        .filter(~secret | Q(carried_out_at__isnull=False))
        .prefetch_related(Prefetch("document_requests", wanted, to_attr="wanted"))
        .order_by("number")
    )
    return [audit for audit in audits if audit.booked_at or audit.carried_out_at or audit.wanted]
