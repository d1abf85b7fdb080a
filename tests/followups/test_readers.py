"""Read access shows shared results: follow-up, findings and light, but no files and no colleague's name."""

from datetime import date

import pytest

from followups.actions.follow_ups import move_follow_up
from followups.enums.follow_ups import TRANSITIONS, State
from followups.models import Evidence, Finding
from portal import clock
from portal.history.models import LinkActor, actor_of
from regions.models import Membership, User
from tests.factories import RegionFactory, system
from tests.followups.factories import CorrectiveActionFactory, EvidenceFactory, FindingFactory, FollowUpFactory
from tests.followups.pages import page

pytestmark = pytest.mark.django_db
NAMES = ("Handläggare Hanna", "Inköpare Ingrid", "Kontakt Karin", "Kanslist Kim")


@pytest.fixture
def shared(buyer, person, secretariat):
    """Shared with the regions; each of four people with a name of their own has done something in it."""
    handler = person("buyer", "23")
    for user, name in ((handler, NAMES[0]), (buyer, NAMES[1]), (secretariat, NAMES[3])):
        user.name = name
        user.save(update_fields=["name"])
    follow_up = FollowUpFactory(
        contracts=["23"], sharing_tier="regions", handler=handler, assigned_by=actor_of(secretariat)
    )
    step = TRANSITIONS[State.PLANNED, State.SELF_ASSESSMENT_SENT]
    move_follow_up(by=secretariat, follow_up=follow_up, transition=step)
    by_link = FindingFactory(
        follow_up=follow_up, submitted_by=actor_of(LinkActor("abcabcabcabc", NAMES[2])), text="Spärrad nödutgång"
    )
    CorrectiveActionFactory(finding=by_link, done_at=clock.now(), done_by=actor_of(buyer))
    FindingFactory(follow_up=follow_up, submitted_by=actor_of(buyer))
    return follow_up


@pytest.fixture
def evidence(shared):
    return EvidenceFactory(finding=shared.findings.first())


def test_reader_sees_finding_and_light_but_no_file(client_of, shared, evidence, reader):
    assert set(Finding.objects.visible_to(reader)) == set(shared.findings.all())
    assert not Evidence.objects.visible_to(reader).exists()
    client = client_of(reader)
    answer = client.get(page("follow-up-detail", shared))
    assert "Spärrad nödutgång" in answer.text
    assert str(answer.context["row"].light.text) in answer.text
    assert evidence.file.name not in answer.text
    assert page("evidence-download", evidence) not in answer.text
    assert client.get(page("evidence-download", evidence)).status_code == 404


@pytest.mark.parametrize(
    ("role", "scope"),
    [("buyer", "25"), ("regional_coordinator", "25"), ("area_coordinator", "B"), ("secretariat", ""), ("admin", "")],
)
def test_every_other_role_sees_the_shared_file_and_who_did_what(role, scope, client_of, shared, evidence, person):
    user = person(role, scope)
    assert set(Evidence.objects.visible_to(user)) == {evidence}
    client = client_of(user)
    text = client.get(page("follow-up-detail", shared)).text
    assert evidence.file.name in text
    assert [name for name in NAMES if name not in text] == []
    assert b"".join(client.get(page("evidence-download", evidence)).streaming_content) == b"%PDF hemligt"


def test_reader_sees_what_was_done_but_no_name(client_of, shared, reader):
    answer = client_of(reader).get(page("follow-up-detail", shared))
    assert [name for name in NAMES if name in answer.text] == []
    history = answer.context["history"]
    assert len(history) == 8
    assert all(entry.what in answer.text for entry in history)


def test_reader_who_is_also_a_buyer_is_a_buyer(shared, evidence, reader):
    Membership.objects.create(
        user=reader, role="buyer", region=RegionFactory(code="25"), valid_from=date(2024, 1, 1), created_by=system()
    )
    assert set(Evidence.objects.visible_to(User.objects.get(pk=reader.pk))) == {evidence}


def test_file_of_what_is_not_shared_stays_unseen_by_all_it_does_not_concern(finding, neighbour, reader, stranger):
    EvidenceFactory(finding=finding)
    for user in (neighbour, reader, stranger):
        assert not Evidence.objects.visible_to(user).exists()


def test_a_shared_follow_up_does_not_share_other_regions_contracts(client_of, buyer, neighbour, reader, secretariat):
    """That a region takes part is shared; its contract is read by those it concerns, and by its own region."""
    follow_up = FollowUpFactory(contracts=["23", "12"], sharing_tier="regions")
    titles = [participation.contract.title for participation in follow_up.participations.order_by("pk")]
    seen = {}
    for user in (buyer, secretariat, neighbour, reader):
        text = client_of(user).get(page("follow-up-detail", follow_up)).content.decode()
        assert "Region 12" in text
        seen[user.email] = [title in text for title in titles]
    assert seen == {
        buyer.email: [True, True],
        secretariat.email: [True, True],
        neighbour.email: [False, False],
        reader.email: [False, False],
    }
