"""The action plan between supplier and regions: asked for, drafted, sent, answered; and what is handed in for it.

Each locks the follow-up first, then the actions.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followups.actions.corrective_actions import move_action, take_move, tell_supplier
from followups.actions.follow_ups import carry_forward
from followups.actions.links import issue_link
from followups.emails.action_plans import TOLD, asked_letter
from followups.enums.actions import PLANNING, Move
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import ActionPlan, CorrectiveAction, Delivery, DeliveryFile, FollowUp, PlanDraft
from followups.planning import PlanAnswer, Proposal, Recipient
from followups.refusals import ended
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from portal.outbox.actions import queue_mail


@transaction.atomic
def ask_for_plan(
    *, by: By, follow_up: FollowUp, due_on: date, recipients: Iterable[Recipient], version: int | None = None
) -> ActionPlan:
    """Ask the supplier for its plan, or anew after further findings: each recipient gets a link, every finding that
    stands shows behind it, and what no plan was agreed on is due on `due_on`.

    Raises ValidationError where the follow-up has ended or nothing is left to plan, StaleVersionError where someone
    else asked after `version`, the plan's that a page showed (0: there was none).
    """
    locked = lock_at(follow_up, None)
    if not locked.is_under_way:
        raise ended()
    plan = ActionPlan.objects.select_for_update(of=["self"]).filter(follow_up=locked).first()
    if version is not None and plan is not None and plan.version != version:
        raise StaleVersionError(plan)
    waiting = CorrectiveAction.objects.open().filter(finding__follow_up=locked, state__in=PLANNING)
    if not waiting.exists():
        raise ValidationError(_("There is no corrective action to plan."), code="nothing")
    now, actor = clock.now(), actor_of(by)
    if plan is None:
        plan = ActionPlan(follow_up=locked, version=0, created_at=now, created_by=actor)
    plan.asked_at, plan.asked_by, plan.due_on = now, actor, due_on
    plan.version += 1
    plan.save()
    for action in waiting.select_for_update(of=["self"]):
        action.plan_due_on, action.due_on = due_on, max(action.due_on, due_on)
        action.version += 1
        action.save(update_fields=["plan_due_on", "due_on", "version"])
    for person in recipients:
        link = issue_link(
            by=by,
            holder=Holder.SUPPLIER,
            name=person.name,
            email=person.email,
            language=person.language,
            follow_up=locked,
        )
        subject, body = asked_letter(link, due_on)
        queue_mail(to=link.email, subject=subject, body=body, kind="action_plan_asked", language=link.language, by=by)
    reason = gettext("An action plan was asked for.")
    carry_forward(by=by, follow_up=locked, target=State.ACTION_PLAN_AWAITED, reason=reason)
    return plan


@transaction.atomic
def save_plan_draft(*, by: By, action: CorrectiveAction, version: int, proposal: Proposal) -> PlanDraft | None:
    """Keep what the supplier has written of an action's plan so far; `version` 0: there was no draft.

    The same as is kept already, or nothing where nothing is kept, changes nothing. Raises StaleVersionError where
    someone else at the supplier saved after `version`, ValidationError where the follow-up has ended or the plan is sent.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(findings__actions=action.pk)
    locked = lock_at(action, None)
    draft = PlanDraft.objects.select_for_update(of=["self"]).filter(action=locked).first()
    kept = Proposal(draft.measures, draft.responsible, draft.starts_on, draft.due_on) if draft else Proposal()
    if kept == proposal:
        return draft
    if not follow_up.is_under_way:
        raise ended()
    if locked.state not in PLANNING:
        raise ValidationError(_("The plan for this corrective action has been sent already."), code="moved")
    draft = draft or PlanDraft(action=locked, version=0)
    if draft.version != version:
        raise StaleVersionError(draft)
    draft.measures, draft.responsible = proposal.measures, proposal.responsible
    draft.starts_on, draft.due_on = proposal.starts_on, proposal.due_on
    draft.saved_at, draft.saved_by = clock.now(), actor_of(by)
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def propose_plan(*, by: By, follow_up: FollowUp, proposals: Mapping[CorrectiveAction, tuple[int, Proposal]]) -> int:
    """Send the supplier's plan for these actions, each at the version that its page showed; how many were sent.

    All or none. What was kept of them as drafts is gone then. Raises ValidationError where a proposal lacks what it
    needs or has its dates in the wrong order; otherwise as `take_move`.
    """
    lock_at(follow_up, None)
    for action, (version, proposal) in proposals.items():
        if not proposal.measures.strip() or not proposal.responsible.strip() or proposal.due_on is None:
            raise ValidationError(_("Each plan says what is done, who is responsible and by when."), code="required")
        if proposal.starts_on and proposal.starts_on > proposal.due_on:
            raise ValidationError(_("The last day must not be before the first day."), code="order")
        told = {
            "measures": proposal.measures,
            "responsible": proposal.responsible,
            "starts_on": proposal.starts_on,
        }
        take_move(
            by=by,
            action=action,
            move=Move.PROPOSE,
            version=version,
            changes={**told, "proposed_due_on": proposal.due_on},
            said={**told, "due_on": proposal.due_on},
        )
        PlanDraft.objects.filter(action=action).delete()
    return len(proposals)


@transaction.atomic
def answer_plan(*, by: By, follow_up: FollowUp, answers: Mapping[CorrectiveAction, PlanAnswer]) -> int:
    """Accept plans or ask for completion, several at once; how many. All or none; the supplier is told once.

    Raises ValueError for another move; otherwise as `move_action`.
    """
    locked = lock_at(follow_up, None)
    for action, answer in answers.items():
        if answer.move not in (Move.ACCEPT, Move.RETURN):
            raise ValueError(answer.move)
        move_action(
            by=by,
            action=action,
            move=answer.move,
            version=answer.version,
            text=answer.text,
            due_on=answer.due_on,
            tells=False,
        )
    for move in {answer.move for answer in answers.values()} & set(TOLD):
        tell_supplier(by=by, follow_up=locked, move=move)
    return len(answers)


@transaction.atomic
def deliver(
    *,
    by: By,
    action: CorrectiveAction,
    submission: UUID,
    text: str,
    is_complete: bool,
    uploads: Iterable[Upload] = (),
    effective_on: date | None = None,
    valid_until_on: date | None = None,
) -> Delivery:
    """What the supplier has done so far, with its files; `is_complete`: all of it, to be verified now.

    The same `submission` again gives the delivery that is there. Raises ValidationError where the follow-up has ended or
    the action isn't being carried out, IntegrityError for a document that ends before its effective date.
    """
    FollowUp.objects.select_for_update(of=["self"]).get(findings__actions=action.pk)
    locked = lock_at(action, None)
    if found := Delivery.objects.filter(action=locked, submission=submission).first():
        return found
    take_move(by=by, action=locked, move=Move.DELIVER if is_complete else Move.DELIVER_PART, text=text)
    delivery = Delivery.objects.create(
        action=locked,
        submission=submission,
        text=text,
        is_complete=is_complete,
        effective_on=effective_on,
        valid_until_on=valid_until_on,
        created_by=actor_of(by),
    )
    for upload in uploads:
        stored = store_file(by=by, name=upload.name, content=upload.content, media_type=upload.media_type)
        DeliveryFile.objects.create(delivery=delivery, file=stored, created_by=actor_of(by))
    return delivery
