"""What this room puts on the start page and on a supplier's page."""

from uuid import uuid4

import pytest
from django.urls import reverse

from followups.actions.reviews import accept_all, answer_recommendation, ask_back, reply_to_ask
from followups.actions.reviews import recommend as recommend_next
from followups.actions.sanctions import decide_sanction, recommend
from followups.enums.assessments import Recommended
from followups.enums.outcome import Remedy
from followups.models import Severity
from followups.reference import load
from followups.slots import attention_tiles
from portal import clock
from portal.history.models import SystemActor
from regions.models import Region
from tests.followups.assessments import link_of, sent, submitted
from tests.followups.audit_factories import AuditFactory
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory

pytestmark = pytest.mark.django_db


def figures(user):
    return [(tile.figure, tile.url.partition("=")[2], tile.late) for tile in attention_tiles(user)]


def test_tiles_count_what_their_links_list(client_of, buyer, secretariat, neighbour, reader, stranger):
    late = FindingFactory(follow_up=FollowUpFactory(supplier__name="Norrmed AB", contracts=["23"], handler=buyer))
    CorrectiveActionFactory(finding=late, days=-12)
    CorrectiveActionFactory(finding=late, days=-1)
    CorrectiveActionFactory(finding=FindingFactory(follow_up=FollowUpFactory(contracts=["23"])), days=14)
    FollowUpFactory(contracts=["23"], sharing_tier="regions", state="closed")
    assert figures(secretariat) == [(1, "late", True), (1, "unassigned", False), (1, "soon", False)]
    assert figures(buyer) == [(1, "late", True), (1, "soon", False)]
    assert figures(neighbour) == figures(reader) == [(1, "new-shared", False)]
    assert figures(stranger) == []
    for user in (secretariat, buyer, neighbour):
        for tile in attention_tiles(user):
            assert len(client_of(user).get(tile.url).context["page"].rows) == tile.figure
    assert "12" in attention_tiles(buyer)[0].note


def test_start_page_shows_own_follow_ups_and_no_others(client_of, buyer, neighbour):
    FollowUpFactory(supplier__name="Norrmed AB", contracts=["23"])
    start = reverse("home:start")
    assert "Norrmed AB" in client_of(buyer).get(start).text
    assert "Norrmed AB" not in client_of(neighbour).get(start).text


def test_supplier_page_shows_what_each_may_see(client_of, follow_up, buyer, neighbour):
    url = reverse("codeofconduct:supplier-detail", args=[follow_up.supplier.public_id])
    link = reverse("followups:follow-up-detail", args=[follow_up.public_id])
    assert link in client_of(buyer).get(url).text
    assert link not in client_of(neighbour).get(url).text


def test_severities_are_loaded_once():
    for _turn in range(2):
        load(by=SystemActor("test"))
    assert list(Severity.objects.values_list("key", "is_severe")) == [("deviation", False), ("severe", True)]


def test_what_waits_to_be_reviewed_or_decided_is_on_the_start_page(client_of, buyer, neighbour, secretariat):
    follow_up = FollowUpFactory(contracts=["23", "25"], handler=buyer)
    assessment = submitted(sent(follow_up))
    assert figures(secretariat) == figures(buyer) == [(1, "to-review", False)]
    assert figures(neighbour) == []
    ask = ask_back(
        by=secretariat, answer=assessment.answers.first(), submission=uuid4(), question="?", due_on=clock.today()
    )
    assert figures(buyer) == [], "the supplier is asked"
    reply_to_ask(by=link_of(assessment).actor, ask=ask, reply="Ja.")
    accepted = accept_all(by=secretariat, assessment=assessment)
    assert figures(buyer) == []
    values = {"recommendation": Recommended.OFFICE_AUDIT, "reason": "Luckor.", "version": accepted.version}
    recommended = recommend_next(by=secretariat, assessment=accepted, **values)
    assert figures(buyer) == [(1, "to-decide", False)]
    assert figures(secretariat) == figures(neighbour) == []
    answer_recommendation(by=buyer, assessment=recommended, accepts=True, answer="", version=recommended.version)
    assert figures(buyer) == []

    audit = AuditFactory(follow_up=follow_up, booked=-3, carried_out=-1)
    assert figures(buyer) == [], "still with the auditor"
    audit.handed_in_at, audit.handed_in_by = clock.now(), audit.created_by
    audit.save(update_fields=["handed_in_at", "handed_in_by"])
    assert figures(secretariat) == figures(buyer) == [(1, "to-review", False)]
    audit.approved_at, audit.approved_by = clock.now(), audit.created_by
    audit.save(update_fields=["approved_at", "approved_by"])

    step = {"submission": uuid4(), "remedy": Remedy.DIALOGUE, "reason": "Samtala.", "decide_by_on": clock.today()}
    recommend(by=secretariat, follow_up=follow_up, **step)
    assert figures(buyer) == figures(neighbour) == [(1, "to-decide", False)]
    decide_sanction(
        by=buyer,
        follow_up=follow_up,
        contract=follow_up.contracts.get(region__code="23"),
        region=Region.objects.get(code="23"),
        submission=uuid4(),
        seen="",
        remedy=Remedy.DIALOGUE,
        reason="Ja.",
        from_on=clock.today(),
    )
    assert (figures(secretariat), figures(buyer)) == ([], [])
    assert figures(neighbour) == [(1, "to-decide", False)]
    for tile in attention_tiles(neighbour):
        assert [row.follow_up for row in client_of(neighbour).get(tile.url).context["page"].rows] == [follow_up]
