"""Where a follow-up is on its way, and who did what: read from the rows' own who and when."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from followups.enums.actions import Move
from followups.enums.follow_ups import ENDS, State
from followups.light import Progress
from followups.models import ActionEvent, Finding, FollowUp, StateChange
from portal.history.models import Actor
from portal.ui.templatetags.formats import day

# The steps as people speak of them, and the states that each covers.
PHASES: list[tuple[Any, tuple[State, ...]]] = [
    (gettext_lazy("Planned"), (State.PLANNED,)),
    (gettext_lazy("Self-assessment"), (State.SELF_ASSESSMENT_SENT, State.ANSWERED)),
    (gettext_lazy("Office audit"), (State.OFFICE_AUDIT_PLANNED, State.AUDITED)),
    (gettext_lazy("Action plan"), (State.ACTION_PLAN_AWAITED, State.ACTIONS_UNDER_WAY)),
    (gettext_lazy("Follow-up audit"), (State.FOLLOW_UP_AUDIT,)),
    (gettext_lazy("Closed"), ENDS),
]


@dataclass(frozen=True)
class Step:
    """As components/steps.html draws it."""

    label: Any
    detail: str
    state: str


@dataclass(frozen=True)
class Entry:
    """A line of the history. Unless `by_name`, who is only said to be a user, an access link or the system."""

    at: datetime
    actor: Actor
    what: str
    reason: str = ""
    by_name: bool = True

    @property
    def who(self) -> str:
        return str(self.actor) if self.by_name else self.actor.get_kind_display()


def steps_of(follow_up: FollowUp, changes: Iterable[StateChange], progress: Progress) -> list[Step]:
    """The line of steps: done with its date, skipped, the current one, and those to come."""
    reached = {State.PLANNED.value: follow_up.created_at} | {change.target: change.created_at for change in changes}
    now_at = next(number for number, (_label, states) in enumerate(PHASES) if follow_up.state in states)
    steps = []
    for number, (label, states) in enumerate(PHASES):
        visited = [reached[state] for state in states if state in reached]
        if number == now_at:
            steps.append(_current(label, follow_up, progress))
        elif number > now_at:
            steps.append(Step(label, "", ""))
        else:
            steps.append(Step(label, day(max(visited)) if visited else _("skipped"), "done" if visited else "skipped"))
    return steps


def _current(label: Any, follow_up: FollowUp, progress: Progress) -> Step:
    if follow_up.state == State.CLOSED:
        return Step(label, "", "done")
    if follow_up.state in ENDS:
        return Step(_sentence(follow_up.get_state_display()), "", "current")
    if follow_up.state == State.PLANNED:
        return Step(label, day(follow_up.planned_on) if follow_up.planned_on else _("no date yet"), "current")
    if follow_up.state == State.ACTIONS_UNDER_WAY and progress.actions:
        return Step(label, done_of(progress), "current")
    return Step(label, follow_up.get_state_display(), "current")


def done_of(progress: Progress) -> str:
    """ "2 of 5 actions done"."""
    text = ngettext("%(done)s of %(all)s action done", "%(done)s of %(all)s actions done", progress.actions)
    return text % {"done": progress.done_actions, "all": progress.actions}


def next_step_of(follow_up: FollowUp, progress: Progress) -> str:
    """What happens next, in a few words."""
    if follow_up.state in ENDS:
        return _sentence(follow_up.get_state_display())
    if progress.actions and progress.done_actions < progress.actions:
        return _("Corrective actions, %(done)s of %(all)s done") % {
            "done": progress.done_actions,
            "all": progress.actions,
        }
    if follow_up.state == State.FOLLOW_UP_AUDIT and progress.open_severe:
        return _("Remedy the severe deviation or escalate")
    return str(NEXT_STEPS[State(follow_up.state)])


NEXT_STEPS: dict[State, Any] = {
    State.PLANNED: gettext_lazy("Send the self-assessment"),
    State.SELF_ASSESSMENT_SENT: gettext_lazy("The supplier answers"),
    State.ANSWERED: gettext_lazy("Review the answers, then plan the audit"),
    State.OFFICE_AUDIT_PLANNED: gettext_lazy("Office audit"),
    State.AUDITED: gettext_lazy("Ask for an action plan"),
    State.ACTION_PLAN_AWAITED: gettext_lazy("The supplier's action plan"),
    State.ACTIONS_UNDER_WAY: gettext_lazy("Follow-up audit"),
    State.FOLLOW_UP_AUDIT: gettext_lazy("Close or escalate"),
}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def history_of(
    follow_up: FollowUp,
    changes: Iterable[StateChange],
    findings: Iterable[Finding],
    *,
    by_name: bool,
    beside: Iterable[Entry] = (),
) -> list[Entry]:
    """Who did what, the latest first. `findings` with their actions fetched; only what stands now, not each version."""
    entries = [Entry(follow_up.created_at, follow_up.created_by, _("opened the follow-up")), *beside]
    if follow_up.assigned_at:
        what = _("assigned %(handler)s") % {"handler": follow_up.handler} if by_name else _("assigned a case handler")
        entries.append(Entry(follow_up.assigned_at, follow_up.assigned_by, what))
    if follow_up.shared_at:
        what = _("set who may read it: %(tier)s") % {"tier": follow_up.get_sharing_tier_display()}
        entries.append(Entry(follow_up.shared_at, follow_up.shared_by, what))
    for change in changes:
        what = _("moved it to: %(state)s") % {"state": change.get_target_display()}
        entries.append(Entry(change.created_at, change.created_by, what, change.reason))
    for number, finding in enumerate(findings, start=1):
        entries.extend(_of_finding(number, finding))
    shown = [replace(entry, by_name=by_name) for entry in entries]
    return sorted(shown, key=lambda entry: entry.at, reverse=True)


def _of_finding(number: int, finding: Finding) -> Iterable[Entry]:
    if finding.submitted_at:
        yield Entry(finding.submitted_at, finding.submitted_by, _("submitted finding %(number)s") % {"number": number})
    if finding.changed_at:
        yield Entry(finding.changed_at, finding.changed_by, _("changed finding %(number)s") % {"number": number})
    for action in finding.actions.all():
        if action.created_at != finding.created_at:
            what = _("added an action due %(date)s to finding %(number)s")
            yield Entry(action.created_at, action.created_by, what % {"date": day(action.due_on), "number": number})
        for move in action.due_date_moves.all():
            told = {"number": number, "before": day(move.from_date), "after": day(move.to_date)}
            what = _("moved the due date of an action of finding %(number)s from %(before)s to %(after)s") % told
            yield Entry(move.created_at, move.created_by, what, move.reason)
        if action.done_at:
            what = _("marked an action of finding %(number)s as done") % {"number": number}
            yield Entry(action.done_at, action.done_by, what)
        for event in action.moves.all():
            if event.move not in (Move.OPEN, Move.CLEAR, Move.EXTEND):
                what = _("finding %(number)s: %(what)s") % {"number": number, "what": told_of(event)}
                yield Entry(event.created_at, event.created_by, what)
    for reply in finding.replies.all():
        what = _("replied to finding %(number)s") % {"number": number}
        yield Entry(reply.created_at, reply.created_by, what)


def told_of(event: ActionEvent) -> str:
    """What someone did with a corrective action, in a few words. What was written about it stands on its own page."""
    if event.move == Move.EXTEND and event.due_on:
        return _("extended the date to %(date)s") % {"date": day(event.due_on)}
    return str(_MOVES[Move(event.move)])


_MOVES: dict[Move, Any] = {
    Move.OPEN: gettext_lazy("opened the corrective action"),
    Move.PROPOSE: gettext_lazy("sent a plan"),
    Move.ACCEPT: gettext_lazy("accepted the plan"),
    Move.RETURN: gettext_lazy("asked for completion of the plan"),
    Move.DELIVER_PART: gettext_lazy("handed in a part"),
    Move.DELIVER: gettext_lazy("handed in everything"),
    Move.REJECT: gettext_lazy("judged what was handed in as insufficient"),
    Move.CLEAR: gettext_lazy("marked it as done"),
    Move.EXTEND: gettext_lazy("extended the date"),
    Move.REOPEN: gettext_lazy("opened it again"),
}
