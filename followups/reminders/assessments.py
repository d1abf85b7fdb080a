"""Self-assessments as sources of reminders (product rule 7): the supplier's answers and replies, and the reading of them.

The supplier's people are reminded at every step, those who see to the follow-up when it is late. Nothing is due for what
was submitted, withdrawn, replied to or accepted meanwhile, or where the follow-up has ended.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.emails.assessments import way_back
from followups.enums.follow_ups import ENDS
from followups.models import AskBack, FollowUp, SelfAssessment
from followups.models.assessments import AskBackQuerySet, SelfAssessmentQuerySet
from followups.queries.follow_ups import mine
from followups.reminders.recipients import Recipients
from portal.clock import STOCKHOLM
from portal.reminders.schedule import Steps
from portal.reminders.sources import Deadline, Due, Outside, Source
from portal.ui.templatetags.formats import day as written_day
from regions.models import User

STEPS = Steps()
# Days after it came in by which a self-assessment ought to have been read.
DAYS_TO_READ = 14


def _recipients(found: Recipients, follow_up: FollowUp, step: str) -> list[User | Outside]:
    """The supplier's people, and when it is late those who see to it and are to know."""
    late: list[User] = found.of(follow_up, step) if step.startswith("+") else []
    return [*found.contacts(follow_up), *late]


def _page(assessment: SelfAssessment) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("followups:assessment-detail", args=[assessment.public_id])


def _closing(due: Due, assessment: SelfAssessment) -> str:
    if isinstance(due.recipient, Outside):
        return way_back()
    return _("The self-assessment: %(link)s") % {"link": _page(assessment)}


def _letter(due: Due, subject: str, opening: str, assessment: SelfAssessment) -> tuple[str, str]:
    return subject, f"{opening}\n\n{_closing(due, assessment)}\n"


def _of(public_id: str) -> SelfAssessment:
    return SelfAssessment.objects.select_related("follow_up__supplier", "follow_up__category").get(public_id=public_id)


# --- the answers


def _waiting() -> SelfAssessmentQuerySet:
    return SelfAssessment.objects.unsent().under_way()


def answers_due(day: date) -> Iterator[Due]:
    """Self-assessments that are with the supplier."""
    found, recipients = _waiting().filter(due_on__lte=STEPS.latest_due_on(day)), Recipients(day)
    for assessment in found.select_related("follow_up__handler").order_by("due_on", "pk"):
        step = STEPS.on(assessment.due_on, day)
        for recipient in _recipients(recipients, assessment.follow_up, step) if step else []:
            yield Due(
                recipient, str(step), assessment.public_id, assessment.due_on, within=assessment.follow_up.public_id
            )


def answers_text(due: Due) -> tuple[str, str]:
    assessment = _of(due.public_id)
    names = {"supplier": assessment.follow_up.supplier, "date": written_day(assessment.due_on)}
    if due.step.startswith("+"):
        subject = _("%(supplier)s: a self-assessment was due on %(date)s") % names
        opening = _("The self-assessment of %(supplier)s was to be answered by %(date)s and has not been submitted.")
    else:
        subject = _("%(supplier)s: a self-assessment is due on %(date)s") % names
        opening = _("The self-assessment of %(supplier)s is to be answered by %(date)s.")
    return _letter(due, subject, opening % names, assessment)


def answers_open(public_ids: Collection[str]) -> set[str]:
    """Those that are still with the supplier."""
    return set(_waiting().filter(public_id__in=public_ids).values_list("public_id", flat=True))


def answers_deadlines(user: User) -> Iterator[Deadline]:
    """Of the follow-ups that the user sees to."""
    found = SelfAssessment.objects.visible_to(user).unsent().under_way().filter(follow_up__in=mine(user).values("pk"))
    for assessment in found.select_related("follow_up__supplier").order_by("due_on", "pk"):
        title = _("Self-assessment: %(supplier)s") % {"supplier": assessment.follow_up.supplier}
        yield Deadline(assessment.public_id, assessment.due_on, title, _page(assessment))


# --- replies to what the reviewer asked


def _unanswered() -> AskBackQuerySet:
    asked = AskBack.objects.unanswered()
    return asked.exclude(answer__self_assessment__follow_up__state__in=ENDS)


def replies_due(day: date) -> Iterator[Due]:
    """Questions that wait for the supplier."""
    found, recipients = _unanswered().filter(due_on__lte=STEPS.latest_due_on(day)), Recipients(day)
    for ask in found.select_related("answer__self_assessment__follow_up__handler").order_by("due_on", "pk"):
        follow_up, step = ask.answer.self_assessment.follow_up, STEPS.on(ask.due_on, day)
        for recipient in _recipients(recipients, follow_up, step) if step else []:
            yield Due(recipient, str(step), ask.public_id, ask.due_on, within=follow_up.public_id)


def replies_text(due: Due) -> tuple[str, str]:
    ask = AskBack.objects.select_related("answer__self_assessment").get(public_id=due.public_id)
    assessment = _of(ask.answer.self_assessment.public_id)
    names = {"supplier": assessment.follow_up.supplier, "date": written_day(ask.due_on)}
    if due.step.startswith("+"):
        subject = _("%(supplier)s: a reply about the self-assessment was due on %(date)s") % names
        opening = _("A question about the self-assessment of %(supplier)s was to be replied to by %(date)s.")
    else:
        subject = _("%(supplier)s: a reply about the self-assessment is due on %(date)s") % names
        opening = _("A question about the self-assessment of %(supplier)s is to be replied to by %(date)s.")
    return _letter(due, subject, opening % names, assessment)


def replies_open(public_ids: Collection[str]) -> set[str]:
    """Those without a reply."""
    return set(_unanswered().filter(public_id__in=public_ids).values_list("public_id", flat=True))


# --- the reading


def _unread() -> SelfAssessmentQuerySet:
    return SelfAssessment.objects.submitted().under_way().filter(accepted_at__isnull=True)


def read_by(assessment: SelfAssessment) -> date:
    """The day by which a submitted one ought to have been read."""
    submitted_at: datetime = assessment.submitted_at  # type: ignore[assignment]  # it was submitted
    return submitted_at.astimezone(STOCKHOLM).date() + timedelta(days=DAYS_TO_READ)


def reading_due(day: date) -> Iterator[Due]:
    """Submitted self-assessments whose answers aren't all accepted: for those who see to the follow-up. One that waits
    for the supplier's reply is not late in being read."""
    waiting = _unanswered().values("answer__self_assessment")
    recipients = Recipients(day)
    for assessment in _unread().exclude(pk__in=waiting).select_related("follow_up__handler").order_by("pk"):
        due_on = read_by(assessment)
        step = STEPS.on(due_on, day)
        for recipient in recipients.of(assessment.follow_up, step) if step else []:
            yield Due(recipient, str(step), assessment.public_id, due_on, within=assessment.follow_up.public_id)


def reading_text(due: Due) -> tuple[str, str]:
    assessment = _of(due.public_id)
    names = {"supplier": assessment.follow_up.supplier, "date": written_day(assessment.submitted_at)}
    subject = _("%(supplier)s: a self-assessment waits to be read") % names
    opening = (
        _("The self-assessment of %(supplier)s came in on %(date)s, and its answers are not accepted yet.") % names
    )
    return _letter(due, subject, opening, assessment)


def reading_open(public_ids: Collection[str]) -> set[str]:
    """Those that aren't accepted."""
    return set(_unread().filter(public_id__in=public_ids).values_list("public_id", flat=True))


def page_of_assessment(public_id: str) -> str:
    return _page(_of(public_id))


def page_of_ask(public_id: str) -> str:
    return _page(SelfAssessment.objects.get(answers__ask_backs__public_id=public_id))


SELF_ASSESSMENTS = Source(
    "self_assessment",
    gettext_lazy("Self-assessments"),
    answers_due,
    answers_text,
    open_among=answers_open,
    url=page_of_assessment,
    deadlines=answers_deadlines,
)
REPLIES = Source(
    "assessment_reply",
    gettext_lazy("Questions about self-assessments"),
    replies_due,
    replies_text,
    open_among=replies_open,
    url=page_of_ask,
)
READING = Source(
    "assessment_reading",
    gettext_lazy("Self-assessments to read"),
    reading_due,
    reading_text,
    open_among=reading_open,
    url=page_of_assessment,
)
SOURCES = (SELF_ASSESSMENTS, REPLIES, READING)
