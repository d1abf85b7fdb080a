"""The demo's requirement sets and questions: told once, whatever is loaded again."""

import io

import pytest
from django.core.management import call_command

from codeofconduct.models import Enquiry, Guidance, RequirementComment, SustainabilityRequirement

pytestmark = pytest.mark.django_db


def test_story_is_told_once(reference_data):
    for _twice in range(2):
        call_command("load_story", stdout=io.StringIO())
    states = SustainabilityRequirement.objects.order_by("state").values_list("state", flat=True)
    assert {state: list(states).count(state) for state in states} == {"adopted": 6, "declined": 1, "proposed": 3}
    assert RequirementComment.objects.count() == 3
    assert (Enquiry.objects.answered().count(), Enquiry.objects.unanswered().count()) == (6, 2)
    assert Guidance.objects.filter(enquiries__isnull=False).count() == 1
