"""The pages of a follow-up, as each role meets them."""

import pytest
from django.urls import reverse

from followups.models import FollowUp
from tests.followups.factories import CorrectiveActionFactory, EvidenceFactory, FindingFactory, FollowUpFactory

pytestmark = pytest.mark.django_db
LIST = reverse("followups:follow-up-list")


def page(name, thing):
    return reverse(f"followups:{name}", args=[thing.public_id])


def test_detail_tells_where_we_are(client_of, buyer):
    follow_up = FollowUpFactory(supplier__name="Norrmed AB", contracts=["23"], handler=buyer)
    finding = FindingFactory(follow_up=follow_up, text="Spärrad nödutgång")
    CorrectiveActionFactory(finding=finding, description="Öppna nödutgången", days=-2)
    evidence = EvidenceFactory(finding=finding)
    answer = client_of(buyer).get(page("follow-up-detail", follow_up))
    assert answer.status_code == 200
    for text in ("Norrmed AB", "Spärrad nödutgång", "Öppna nödutgången", "Intyg.pdf", str(buyer)):
        assert text in answer.text
    assert page("evidence-download", evidence) in answer.text
