"""Letters about self-assessments, to the supplier's people who have an open link, each in the own language.

The address itself stands only in the letter with the link; these point to it.
"""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from followups.models import AccessLink, AskBack, SelfAssessment
from followups.queries.assessments import supplier_links
from portal.outbox.actions import queue_mail
from portal.ui.templatetags.formats import day, moment

Words = Callable[[AccessLink], tuple[str, list[str]]]


def way_back() -> str:
    """Where those outside get their link anew: a sentence with an address that is no secret."""
    address = settings.BASE_URL.rstrip("/") + reverse("followups:link-mail")
    return _("Open it with your personal link. If you don't find the letter with it, get it anew here: %(address)s") % {
        "address": address
    }


def mail_sent(assessment: SelfAssessment) -> None:
    """What is asked for, and until when."""

    def words(link: AccessLink) -> tuple[str, list[str]]:
        names = {"supplier": assessment.follow_up.supplier, "date": day(assessment.due_on)}
        return _("%(supplier)s: please answer a self-assessment by %(date)s") % names, [
            _(
                "Sweden's regions ask %(supplier)s to say how it meets the requirements of the code of conduct. "
                "Please answer the self-assessment by %(date)s."
            )
            % names,
            _(
                "You can answer over several days: what you write is kept as a draft that only you can read until you submit."
            ),
        ]

    _mail(assessment, "assessment_sent", words)


def mail_received(assessment: SelfAssessment) -> None:
    """Thanks, and where the receipt is."""

    def words(link: AccessLink) -> tuple[str, list[str]]:
        names = {"supplier": assessment.follow_up.supplier, "moment": moment(assessment.submitted_at)}
        return _("%(supplier)s: thank you for your self-assessment") % names, [
            _("Thank you. The self-assessment of %(supplier)s was received %(moment)s.") % names,
            _("A receipt with all answers is ready on your overview in a few minutes."),
            _("The answers are read now. You get a letter if there are questions about them."),
        ]

    _mail(assessment, "assessment_received", words)


def mail_withdrawn(assessment: SelfAssessment) -> None:
    """That nothing has to be answered."""

    def words(link: AccessLink) -> tuple[str, list[str]]:
        names = {"supplier": assessment.follow_up.supplier}
        return _("%(supplier)s: the self-assessment is withdrawn") % names, [
            _(
                "You need not answer the self-assessment of %(supplier)s: it has been withdrawn. Your drafts are removed."
            )
            % names
        ]

    _mail(assessment, "assessment_withdrawn", words)


def mail_asked_back(ask: AskBack) -> None:
    """That there is a question about an answer; the question itself is read behind the link."""
    assessment = ask.answer.self_assessment

    def words(link: AccessLink) -> tuple[str, list[str]]:
        names = {"supplier": assessment.follow_up.supplier, "date": day(ask.due_on)}
        return _("%(supplier)s: a question about your self-assessment") % names, [
            _("There is a question about an answer in the self-assessment of %(supplier)s. Please reply by %(date)s.")
            % names
        ]

    _mail(assessment, "assessment_asked_back", words)


def _mail(assessment: SelfAssessment, kind: str, words: Words) -> None:
    for link in supplier_links(assessment.follow_up):
        with translation.override(link.language):
            subject, paragraphs = words(link)
            greeting = _("Hello %(name)s,") % {"name": link.name}
            body = [greeting, *paragraphs, way_back(), _("The regions' secretariat for sustainable procurement")]
            queue_mail(to=link.email, subject=subject, body="\n\n".join(body) + "\n", kind=kind, language=link.language)
