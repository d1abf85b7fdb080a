"""What a follow-up still lacks before it can be closed (product rules 3 and 4): one function a condition."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.models import CorrectiveAction, Finding, FollowUp, SelfAssessment
from followups.queries.outcome import awaited

# Gives the sentence that says what is missing, "" where nothing is.
Condition = Callable[[FollowUp], str]


def open_actions(follow_up: FollowUp) -> str:
    count = CorrectiveAction.objects.open().filter(finding__follow_up=follow_up).count()
    return (
        ngettext("%(count)d corrective action is open.", "%(count)d corrective actions are open.", count)
        % {"count": count}
        if count
        else ""
    )


def severe_deviations(follow_up: FollowUp) -> str:
    count = Finding.objects.unresolved().severe().filter(follow_up=follow_up).count()
    return (
        ngettext("%(count)d severe deviation is not remedied.", "%(count)d severe deviations are not remedied.", count)
        % {"count": count}
        if count
        else ""
    )


def awaited_decisions(follow_up: FollowUp) -> str:
    """The secretariat has recommended a step, and a contracting region has not decided on it."""
    regions = dict.fromkeys(str(participation.contract.region) for participation in awaited(follow_up))
    return (
        _("A decision on the recommended step is awaited from: %(regions)s.") % {"regions": ", ".join(regions)}
        if regions
        else ""
    )


def unreviewed_answers(follow_up: FollowUp) -> str:
    """The supplier has sent its self-assessment, and nobody has accepted it."""
    waiting = SelfAssessment.objects.filter(follow_up=follow_up, submitted_at__isnull=False, accepted_at__isnull=True)
    return _("The supplier's self-assessment is not reviewed.") if waiting.exists() else ""


# Each part of the room adds its own.
CONDITIONS: list[Condition] = [
    open_actions,
    severe_deviations,
    awaited_decisions,
    unreviewed_answers,
]


def lacking(follow_up: FollowUp) -> list[str]:
    """A sentence for each condition that isn't met."""
    return [sentence for condition in CONDITIONS if (sentence := condition(follow_up))]


def why_unsettled(sentences: list[str]) -> str:
    """All that is missing in one text; "" where nothing is."""
    return " ".join((_("The follow-up cannot be closed yet."), *sentences)) if sentences else ""
