"""Fact checks as a source of reminders: the supplier's contact, until it has answered."""

from collections.abc import Collection, Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.addresses import whole
from followups.models import FactCheck
from portal.reminders.schedule import Steps
from portal.reminders.sources import Due, Outside, Source
from portal.ui.templatetags.formats import day as written_day

SOURCE = "fact_check"
# Once the days have passed, the text can be published: nothing is to be reminded of then.
STEPS = Steps((-3, 0))


def due(day: date) -> Iterator[Due]:
    """Unanswered checks near their day, whose link still works."""
    checks = (
        FactCheck.objects.filter(answered_at__isnull=True, due_on__gte=day, due_on__lte=STEPS.latest_due_on(day))
        .filter(link__revoked_at__isnull=True, link__isnull=False)
        .select_related("link", "summary__follow_up")
        .order_by("due_on", "pk")
    )
    for check in checks:
        step = STEPS.on(check.due_on, day)
        if step is not None and check.link is not None:
            person = Outside(check.link.email, check.link.name, check.link.language)
            yield Due(person, step, check.public_id, check.due_on, within=check.summary.follow_up.public_id)


def text(due: Due) -> tuple[str, str]:
    """The letter of the link has the address; this one says by when."""
    check = FactCheck.objects.select_related("link", "summary__follow_up__supplier").get(public_id=due.public_id)
    names = {"supplier": check.summary.follow_up.supplier, "date": written_day(check.due_on)}
    subject = _("%(supplier)s: check the facts by %(date)s") % names
    parts = [
        _(
            "The result of the regions' follow-up of %(supplier)s is to be published. Tell us by %(date)s whether the facts "
            "are right. Without an answer by then it is published as it stands."
        )
        % names,
        _("Open your personal link, and there the fact check. If you have lost it, get a new one here: %(link)s")
        % {"link": whole(reverse("followups:link-mail"))},
        _("The regions' secretariat for sustainable procurement"),
    ]
    return subject, "\n\n".join(parts) + "\n"


def open_among(public_ids: Collection[str]) -> set[str]:
    """Those not answered yet."""
    found = FactCheck.objects.filter(public_id__in=public_ids, answered_at__isnull=True)
    return set(found.values_list("public_id", flat=True))


FACT_CHECKS = Source(SOURCE, gettext_lazy("Fact checks of summaries"), due, text, open_among)
