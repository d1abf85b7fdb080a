"""The supplier by its link: findings, replies, the plan as draft and sent, and what it hands in."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from codeofconduct.models import Facility, SupplierContact
from followups.actions.action_plans import ask_for_plan
from followups.actions.corrective_actions import move_action
from followups.actions.links import issue_link, revoke_link
from followups.enums.actions import ActionState, Move
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import (
    AccessLink,
    ActionEvent,
    ActionPlan,
    CorrectiveAction,
    Delivery,
    FollowUp,
    PlanDraft,
    SupplierReply,
)
from portal import clock
from portal.history.models import SystemActor
from portal.outbox.models import Message
from tests.factories import system
from tests.files.samples import pdf
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory
from tests.followups.pages import SUBMISSION, in_days, page
from tests.guards.world import client_with

pytestmark = pytest.mark.django_db
BY = SystemActor("test")


def given(follow_up, email="sara@leverantor.example", name="Sara"):
    return issue_link(by=BY, holder=Holder.SUPPLIER, name=name, email=email, language="sv", follow_up=follow_up)


@pytest.fixture
def link(follow_up):
    return given(follow_up)


@pytest.fixture
def action(finding):
    return CorrectiveActionFactory(finding=finding)


@pytest.fixture
def asked(follow_up, action):
    """A plan is asked for."""
    return ask_for_plan(by=BY, follow_up=follow_up, due_on=clock.today() + timedelta(days=28), recipients=[])


def at(name, link, thing=None):
    return reverse(f"followups:outside-{name}", args=[link.public_id, *([thing.public_id] if thing else [])])


def plan(action, **changed):
    """What the form of the plan sends for one action."""
    fields = {
        "version": CorrectiveAction.objects.get(pk=action.pk).version,
        "draft_version": 0,
        "measures": "Vi öppnar nödutgången",
        "responsible": "Platschef",
        "starts_on": in_days(0),
        "due_on": in_days(30),
    } | changed
    return {f"{action.public_id}-{name}": value for name, value in fields.items()}


# --- Asking ---------------------------------------------------------------------------------------------------------


def test_asking_sends_a_link_dates_the_plan_and_carries_the_follow_up_forward(client_of, buyer, follow_up, action):
    contact = SupplierContact.objects.create(
        supplier=follow_up.supplier, name="Sara", email="sara@leverantor.example", language="en", created_by=system()
    )
    client, url = client_of(buyer), page("action-plan-ask", follow_up)
    assert client.get(url).status_code == 200
    answer = client.post(url, {"contacts": [contact.public_id], "due_on": in_days(20), "version": 0, "language": "sv"})
    assert answer.url == page("follow-up-detail", follow_up)
    asked, link = ActionPlan.objects.get(), AccessLink.objects.get()
    assert (asked.asked_by.user, asked.due_on.isoformat()) == (buyer, in_days(20))
    assert (link.email, link.language, link.holder) == (contact.email, "en", Holder.SUPPLIER)
    action.refresh_from_db()
    follow_up.refresh_from_db()
    assert action.plan_due_on == asked.due_on
    assert follow_up.state == State.ACTION_PLAN_AWAITED


def test_asked_by_two_at_once_the_second_gets_a_comparison(client_of, buyer, follow_up, action):
    client, url = client_of(buyer), page("action-plan-ask", follow_up)
    sent = {"name": "Sara", "email": "sara@leverantor.example", "language": "sv", "version": 0}
    assert client.post(url, sent | {"due_on": in_days(20)}).status_code == 302
    assert client.post(url, sent | {"due_on": in_days(30)}).status_code == 409
    assert ActionPlan.objects.get().due_on.isoformat() == in_days(20)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "", "email": ""}, "contacts"),
        ({"name": ""}, "name"),
        ({"email": ""}, "email"),
        ({"email": "sara"}, "email"),
        ({"due_on": in_days(-1)}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"contacts": ["x"]}, "contacts"),
    ],
)
def test_asking_needs_a_person_and_a_day(change, field, client_of, buyer, follow_up, action):
    sent = {"name": "Sara", "email": "s@leverantor.example", "language": "sv", "version": 0, "due_on": in_days(9)}
    answer = client_of(buyer).post(page("action-plan-ask", follow_up), sent | change)
    assert list(answer.context["form"].errors) == [field]
    assert not ActionPlan.objects.exists()
    assert not AccessLink.objects.exists()


def test_nothing_to_plan_is_a_sentence(client_of, buyer, follow_up):
    sent = {"name": "Sara", "email": "s@leverantor.example", "language": "sv", "version": 0, "due_on": in_days(9)}
    answer = client_of(buyer).post(page("action-plan-ask", follow_up), sent)
    assert [error.code for error in answer.context["form"].non_field_errors().as_data()] == ["nothing"]
    assert not AccessLink.objects.exists()


# --- What the link shows ----------------------------------------------------------------------------------------


def test_findings_show_once_a_plan_is_asked_for_and_only_those_that_stood_then(link, follow_up, finding, action):
    client = client_with(link.public_id)
    assert finding.text not in client.get(at("start", link)).text
    ask_for_plan(by=BY, follow_up=follow_up, due_on=clock.today(), recipients=[])
    later = FindingFactory(follow_up=follow_up, text="Sett senare")
    other = FindingFactory(text="Hos en annan leverantör")
    draft = FindingFactory(follow_up=follow_up, text="Utkast", state="draft")
    text = client.get(at("start", link)).text
    assert finding.text in text
    assert [each.text in text for each in (later, other, draft)] == [False, False, False]
    assert [client.get(at("reply-write", link, each)).status_code for each in (later, other, draft)] == [404] * 3


def test_a_confidential_facility_is_not_named_to_the_supplier(link, follow_up, finding, asked):
    secret, known = (
        Facility.objects.create(
            supplier=follow_up.supplier, name=name, country="IN", stage="processing", is_confidential=hidden,
            created_by=system(),
        )
        for name, hidden in (("Hemliga spinneriet", True), ("Öppna spinneriet", False))
    )  # fmt: skip
    client = client_with(link.public_id)
    for facility, shown in ((secret, False), (known, True)):
        type(finding).objects.update(facility=facility)
        pages = [client.get(at("start", link)), client.get(at("plan-send", link)),
                 client.get(at("reply-write", link, finding))]  # fmt: skip
        assert [facility.name in answer.text for answer in pages] == [shown] * 3


@pytest.mark.parametrize("name", ["plan-send", "reply-write", "action-deliver"])
def test_another_links_holder_and_a_revoked_link_get_nowhere(name, link, finding, action, asked):
    thing = {"plan-send": None, "reply-write": finding, "action-deliver": action}[name]
    other = given(FollowUpFactory(), email="annan@leverantor.example")
    assert client_with(other.public_id).get(at(name, link, thing)).status_code == 404
    if thing:
        assert client_with(other.public_id).get(at(name, other, thing)).status_code == 404
    revoke_link(by=BY, link=link)
    assert client_with(link.public_id).post(at(name, link, thing)).status_code == 410
    assert not ActionEvent.objects.exists()


# --- The plan -----------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_read_by_no_one_else_and_gone_when_sent(link, action, asked, client_of, buyer, secretariat):
    client = client_with(link.public_id)
    client.post(at("plan-send", link), plan(action, measures="Hemligt utkast", due_on="") | {"keep": "1"})
    draft = PlanDraft.objects.get()
    assert (draft.measures, draft.version, draft.saved_by.name) == ("Hemligt utkast", 1, "Sara")
    assert "Hemligt utkast" in client.get(at("plan-send", link)).text
    for user in (buyer, secretariat):
        staff = client_of(user)
        for url in (page("follow-up-detail", action.finding.follow_up), page("action-detail", action)):
            assert "Hemligt utkast" not in staff.get(url).text
    action.refresh_from_db()
    assert action.state == ActionState.ASKED
    client.post(at("plan-send", link), plan(action, draft_version=1) | {"send": "1"})
    action.refresh_from_db()
    assert (action.state, action.measures) == (ActionState.PROPOSED, "Vi öppnar nödutgången")
    assert not PlanDraft.objects.exists()


def test_two_at_the_supplier_do_not_overwrite_each_other(link, action, asked):
    first, second = client_with(link.public_id), client_with(link.public_id)
    first.post(at("plan-send", link), plan(action, measures="Först") | {"keep": "1"})
    answer = second.post(at("plan-send", link), plan(action, measures="Sedan") | {"keep": "1"})
    assert answer.status_code == 409
    assert PlanDraft.objects.get().measures == "Först"
    again = dict(answer.context["fields"])
    assert "Sedan" in answer.text
    assert second.post(at("plan-send", link), again).status_code == 302
    assert PlanDraft.objects.get().measures == "Sedan"


def test_what_a_colleague_has_sent_meanwhile_is_compared_not_dropped(link, action, asked):
    client = client_with(link.public_id)
    old = plan(action, measures="Min plan")
    client.post(at("plan-send", link), plan(action, measures="Kollegans plan") | {"send": "1"})
    answer = client.post(at("plan-send", link), old | {"send": "1"})
    assert answer.status_code == 409
    assert "Min plan" in dict(answer.context["fields"]).values()
    assert "Kollegans" in answer.text
    action.refresh_from_db()
    assert action.measures == "Kollegans plan"


def test_what_is_sent_twice_is_one_round(link, action, asked):
    client, sent = client_with(link.public_id), plan(action) | {"send": "1"}
    assert client.post(at("plan-send", link), sent).status_code == 302
    assert client.post(at("plan-send", link), sent).status_code in {302, 409}
    assert ActionEvent.objects.filter(move=Move.PROPOSE).count() == 1


def test_actions_that_are_not_begun_wait_and_the_others_go(link, finding, action, asked):
    other = CorrectiveActionFactory(finding=finding)
    empty = plan(other, measures="", responsible="", starts_on="", due_on="")
    client_with(link.public_id).post(at("plan-send", link), plan(action) | empty | {"send": "1"})
    assert CorrectiveAction.objects.get(pk=action.pk).state == ActionState.PROPOSED
    assert CorrectiveAction.objects.get(pk=other.pk).state == ActionState.ASKED


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"measures": ""}, "measures"),
        ({"responsible": ""}, "responsible"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": in_days(-1)}, "due_on"),
        ({"starts_on": in_days(40)}, "due_on"),
        ({"starts_on": "snart"}, "starts_on"),
        ({"measures": "å" * 2001}, "measures"),
        ({"measures": "a\x00"}, "measures"),
        ({"version": ""}, "version"),
    ],
)
def test_bad_plan_is_a_sentence_at_its_field_and_is_kept(change, field, link, action, asked):
    answer = client_with(link.public_id).post(at("plan-send", link), plan(action, **change) | {"send": "1"})
    assert list(answer.context["form"].errors) == [field]
    assert "Platschef" in answer.text or "responsible" in change
    action.refresh_from_db()
    assert action.state == ActionState.ASKED


def test_old_page_of_an_ended_follow_up_says_so_and_keeps_the_text(link, action, finding, asked):
    client = client_with(link.public_id)
    FollowUp.objects.update(state=State.ABORTED)
    answers = [
        client.post(at("plan-send", link), plan(action, measures="Min text") | {"send": "1"}),
        client.post(at("plan-send", link), plan(action, measures="Min text") | {"keep": "1"}),
        client.post(at("reply-write", link, finding), {"text": "Min text", "version": 0}),
        client.post(at("action-deliver", link, action), {"text": "Min text", "submission": SUBMISSION}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all("Min text" in answer.text for answer in answers)
    assert [model.objects.count() for model in (PlanDraft, SupplierReply, Delivery)] == [0, 0, 0]


# --- The answer ----------------------------------------------------------------------------------------------------


def answer_to(action, **changed):
    fields = {"version": CorrectiveAction.objects.get(pk=action.pk).version, "move": "", "text": "", "due_on": ""}
    return {f"{action.public_id}-{name}": value for name, value in (fields | changed).items()}


def test_several_plans_are_answered_on_one_page_and_the_supplier_gets_one_letter(
    client_of, buyer, link, finding, action, asked
):
    others = [CorrectiveActionFactory(finding=finding) for _number in range(2)]
    everything = {}
    for each in (action, *others):
        everything |= plan(each)
    client_with(link.public_id).post(at("plan-send", link), everything | {"send": "1"})
    client, url = client_of(buyer), page("action-plan-answer", finding.follow_up)
    assert len(client.get(url).context["forms"]) == 3
    sent = answer_to(action, move="accept", due_on=in_days(33))
    for other in others:
        sent |= answer_to(other, move="return", text="Vem gör vad?")
    assert client.post(url, sent).status_code == 302
    states = [CorrectiveAction.objects.get(pk=each.pk).state for each in (action, *others)]
    assert states == [ActionState.ACCEPTED, ActionState.RETURNED, ActionState.RETURNED]
    assert Message.objects.filter(kind="action_plan").count() == 1
    shown = client_with(link.public_id).get(at("plan-send", link)).text
    assert "Vem gör vad?" in shown
    assert "Vi öppnar nödutgången" in shown


def test_an_answer_without_its_comment_or_to_an_old_plan_changes_nothing(client_of, buyer, link, action, asked):
    client_with(link.public_id).post(at("plan-send", link), plan(action) | {"send": "1"})
    client, url = client_of(buyer), page("action-plan-answer", action.finding.follow_up)
    lacking = client.post(url, answer_to(action, move="return"))
    assert list(lacking.context["form"].errors) == ["text"]
    assert client.post(url, answer_to(action, move="accept", version=1)).status_code == 409
    action.refresh_from_db()
    assert action.state == ActionState.PROPOSED


# --- Handing in, and replying --------------------------------------------------------------------------------------


def test_supplier_hands_in_a_part_with_files_and_then_the_rest(link, action, asked, client_of, buyer):
    client, url = client_with(link.public_id), at("action-deliver", link, action)
    client.post(at("plan-send", link), plan(action) | {"send": "1"})
    move_action(by=BY, action=action, move=Move.ACCEPT)
    file = SimpleUploadedFile("dörr.pdf", pdf(), "application/pdf")
    part = {"submission": SUBMISSION, "text": "Skyltat", "effective_on": in_days(-3), "uploads": [file]}
    assert client.post(url, part).url == url
    rest = {"submission": "6f1c8f0e-7a52-4c0e-9d43-0f1a6a1c9b12", "text": "Öppnat", "is_complete": "on"}
    client.post(url, rest)
    action.refresh_from_db()
    assert action.state == ActionState.DELIVERED
    assert [item.is_complete for item in action.deliveries.all()] == [False, True]
    shown = client_of(buyer).get(page("action-detail", action)).text
    for text in ("Skyltat", "Öppnat", "dörr.pdf", "Platschef"):
        assert text in shown


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"effective_on": in_days(1)}, "effective_on"),
        ({"effective_on": in_days(-1), "valid_until_on": in_days(-2)}, "valid_until_on"),
        ({"submission": ""}, "submission"),
    ],
)
def test_bad_delivery_is_a_sentence_at_its_field(change, field, link, action, asked):
    CorrectiveAction.objects.update(state=ActionState.ACCEPTED)
    sent = {"submission": SUBMISSION, "text": "Skyltat"} | change
    answer = client_with(link.public_id).post(at("action-deliver", link, action), sent)
    assert list(answer.context["form"].errors) == [field]
    assert not Delivery.objects.exists()


def test_hostile_file_keeps_the_text_and_writes_nothing(link, action, asked):
    CorrectiveAction.objects.update(state=ActionState.ACCEPTED)
    sent = {"submission": SUBMISSION, "text": "Skyltat", "uploads": [SimpleUploadedFile("a.pdf", b"MZ" * 50)]}
    answer = client_with(link.public_id).post(at("action-deliver", link, action), sent)
    assert list(answer.context["form"].errors) == ["uploads"]
    assert "Skyltat" in answer.text
    assert not Delivery.objects.exists()


def test_reply_stands_beside_the_finding_for_everyone_and_every_version_is_kept(
    link, finding, asked, client_of, buyer, neighbour, reader
):
    client, url = client_with(link.public_id), at("reply-write", link, finding)
    client.post(url, {"text": "Vi håller inte med", "version": 0})
    client.post(url, {"text": "Vi håller med", "version": 1})
    assert list(finding.replies.values_list("version", "text")) == [(2, "Vi håller med"), (1, "Vi håller inte med")]
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=system())
    for user in (buyer, neighbour, reader):
        text = client_of(user).get(page("follow-up-detail", finding.follow_up)).text
        assert "Vi håller med" in text
        assert ("Sara" in text) is (user != reader)


def test_two_replies_at_once_end_in_a_comparison(link, finding, asked):
    client, url = client_with(link.public_id), at("reply-write", link, finding)
    client.post(url, {"text": "Först", "version": 0})
    answer = client.post(url, {"text": "Sedan", "version": 0})
    assert answer.status_code == 409
    assert [text in answer.text for text in ("Först", "Sedan")] == [True, True]
    assert client.post(url, {"text": "Först", "version": 0}).status_code == 302
    assert SupplierReply.objects.count() == 1


def test_empty_reply_is_a_sentence(link, finding, asked):
    answer = client_with(link.public_id).post(at("reply-write", link, finding), {"text": " ", "version": 0})
    assert list(answer.context["form"].errors) == ["text"]
    assert not SupplierReply.objects.exists()


def test_what_a_colleague_answered_meanwhile_is_told_and_the_comment_kept(client_of, buyer, link, action, asked):
    client_with(link.public_id).post(at("plan-send", link), plan(action) | {"send": "1"})
    client, url = client_of(buyer), page("action-plan-answer", action.finding.follow_up)
    mine = answer_to(action, move="return", text="Vem gör vad?")
    move_action(by=BY, action=action, move=Move.ACCEPT)
    answer = client.post(url, mine)
    assert answer.status_code == 409
    assert "Vem gör vad?" in answer.text
    again = client.post(url, answer_to(action, move="return", text="Vem gör vad?"))
    assert [message.level_tag for message in again.context["messages"]] == ["error"]
    assert "Vem gör vad?" in again.text
    action.refresh_from_db()
    assert action.state == ActionState.ACCEPTED
