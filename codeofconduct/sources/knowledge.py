"""Adopted and proposed requirements, guidance, and questions with their answers in the search."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import Enquiry, Guidance, SustainabilityRequirement
from codeofconduct.queries.knowledge import enquiry_fields, guidance_fields, guidance_in_force
from codeofconduct.queries.requirements import requirement_fields, with_people
from portal.search.sources import Source
from portal.ui.templatetags.formats import day
from regions.models import User


def _requirements(user: User) -> QuerySet[SustainabilityRequirement]:
    return with_people(SustainabilityRequirement.objects.visible_to(user))


def _requirement_caption(requirement: SustainabilityRequirement) -> str:
    category = str(requirement.topic.requirement_set.category)
    return " · ".join([category, requirement.get_level_display(), requirement.get_state_display()])


def _requirement_url(requirement: SustainabilityRequirement) -> str:
    page = reverse("codeofconduct:requirement-topic-detail", args=[requirement.topic.public_id])
    return f"{page}#variant-{requirement.public_id}"


REQUIREMENTS = Source(
    key="requirement",
    label=gettext_lazy("Sustainability requirements"),
    rows=_requirements,
    fields=requirement_fields,
    url=_requirement_url,
    title=lambda requirement: requirement.topic.title,
    caption=_requirement_caption,
    body=lambda requirement: requirement.text,
    order=62,
)


def _about(about: Guidance | Enquiry) -> list[str]:
    return [text for text in (about.get_area_display(), str(about.category or "")) if text]


GUIDANCE = Source(
    key="guidance",
    label=gettext_lazy("Guidance"),
    rows=lambda user: guidance_in_force(user, {}),
    fields=guidance_fields,
    url=lambda guidance: reverse("codeofconduct:guidance-detail", args=[guidance.public_id]),
    title=lambda guidance: guidance.title,
    caption=lambda guidance: " · ".join(_about(guidance)),
    order=64,
)


def _enquiries(user: User) -> QuerySet[Enquiry]:
    return Enquiry.objects.visible_to(user).select_related("category")


def _enquiry_caption(enquiry: Enquiry) -> str:
    when = _("answered %(date)s") % {"date": day(enquiry.answered_at)} if enquiry.answered_at else _("not answered")
    return " · ".join([*_about(enquiry), when])


ENQUIRIES = Source(
    key="enquiry",
    label=gettext_lazy("Questions and answers"),
    rows=_enquiries,
    fields=enquiry_fields,
    url=lambda enquiry: reverse("codeofconduct:enquiry-detail", args=[enquiry.public_id]),
    title=lambda enquiry: enquiry.subject,
    caption=_enquiry_caption,
    body=lambda enquiry: enquiry.answer or enquiry.question,
    order=66,
)
