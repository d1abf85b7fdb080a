"""A summary: drafted from the case, checked by the supplier, published behind its gate, corrected and withdrawn."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from codeofconduct.models import Supplier
from followups.actions.summaries import (
    answer_check,
    ask_for_check,
    draft_summary,
    edit_summary,
    publish_summary,
    withdraw_summary,
)
from followups.enums.follow_ups import State
from followups.models import CorrectiveAction, FactCheck, FollowUp, Summary, SummaryEdition
from followups.queries.summaries import facts_of, gate, lacking
from followups.reminders.summaries import due, open_among, text
from portal import clock
from portal.history.models import actor_of
from portal.history.versions import StaleVersionError
from portal.jobs.models import Job
from portal.outbox.models import Message
from tests.codeofconduct.factories_suppliers import FacilityFactory, SupplyLinkFactory
from tests.followups.audit_factories import AuditFactory
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory, SeverityFactory
from tests.followups.factories_outcome import OverrideFactory
from tests.followups.factories_summaries import CheckFactory, SummaryFactory, fresh, published
from tests.followups.pages import SUBMISSION, in_days, page
from tests.followups.test_links import opened

pytestmark = pytest.mark.django_db
NAME = "Slipverket i Daska"


@pytest.fixture
def closed():
    """With a confidential facility in the chain."""
    follow_up = FollowUpFactory(contracts=["23"], state=State.CLOSED)
    SupplyLinkFactory(
        contract=follow_up.contracts.get(), facility=FacilityFactory(supplier=follow_up.supplier, name=NAME)
    )
    return follow_up


@pytest.fixture
def summary(closed):
    made = SummaryFactory(follow_up=closed)
    CheckFactory(summary=made, days=-1)
    return made


# --- The draft ------------------------------------------------------------------------------------------------


def test_draft_tells_the_case_without_hidden_names(closed, secretariat):
    severe = SeverityFactory(key="severe", is_severe=True, name_sv="Allvarlig avvikelse", name_en="Severe deviation")
    found = FindingFactory(follow_up=closed, severity=severe, text=f"Vid {NAME} saknades skydd.")
    FindingFactory(follow_up=closed, text=f"Vid {NAME} saknades märkning.")
    done = {"done_at": clock.now(), "done_by": found.created_by}
    CorrectiveActionFactory(finding=found, **done)
    made = draft_summary(by=secretariat, follow_up=closed)
    assert draft_summary(by=secretariat, follow_up=closed) == made
    assert closed.supplier.name in made.text_sv
    assert "saknades märkning" in made.text_sv
    assert "2 deviations were found, 1 of them severe." in made.text_en
    assert "2 avvikelser hittades, varav 1 allvarlig." in made.text_sv
    assert "1 of 1 corrective action is done." in made.text_en
    assert [NAME in made.text_sv, NAME in made.text_en, "saknades" in made.text_en] == [False, False, False]
    assert "skydd" not in made.text_sv, "a severe deviation is told by its requirement alone"


def test_draft_tells_how_it_was_audited_and_what_the_supplier_says(closed, secretariat):
    audit = AuditFactory(
        follow_up=closed,
        kind="factory",
        facility=FacilityFactory(supplier=closed.supplier),
        booked=-9,
        carried_out=-5,
    )
    audit.handed_in_at, audit.handed_in_by = clock.now(), audit.created_by
    audit.save(update_fields=["handed_in_at", "handed_in_by"])
    requirement = closed.clause_version.requirements.get(number=2)
    audit.judgements.create(requirement=requirement, judgement="partly", created_by=audit.created_by)
    finding = FindingFactory(follow_up=closed, text="Utan märkning.")
    for version, reply in enumerate(("Första svaret", "Vi märker nu"), start=1):
        finding.replies.create(version=version, text=reply, created_by=finding.created_by)
    made = draft_summary(by=secretariat, follow_up=closed)
    assert "Method: factory audit." in made.text_en
    assert "1 deviation was found, not severe." in made.text_en
    assert f"- 2. {requirement.title_en}: partly fulfilled" in made.text_en
    assert ["Vi märker nu" in made.text_sv, "Första svaret" in made.text_sv] == [True, False]
    assert facts_of(closed)["methods"] == ["factory_audit"]


def test_aborted_has_nothing_to_tell(secretariat):
    with pytest.raises(ValidationError):
        draft_summary(by=secretariat, follow_up=FollowUpFactory(state=State.ABORTED))


def test_two_who_edit_get_a_comparison(client_of, summary, secretariat, buyer):
    url = page("summary-edit", summary.follow_up)
    client = client_of(buyer)
    form = client.get(url).context["form"]
    edit_summary(by=secretariat, summary=summary, version=1, text_sv="Kansliets text", text_en="Theirs")
    sent = {"version": form["version"].value(), "text_sv": "Min text", "text_en": "Mine"}
    lost = client.post(url, sent)
    assert lost.status_code == 409
    assert "Kansliets" in lost.text
    assert "Min text" in lost.text
    assert client.post(url, sent | {"version": 2}).status_code == 302
    summary.refresh_from_db()
    assert (summary.text_sv, summary.version, summary.changed_by.user) == ("Min text", 3, buyer)


def test_control_characters_do_not_get_in(client_of, summary, secretariat):
    client = client_of(secretariat)
    client.post(page("summary-edit", summary.follow_up), {"version": 1, "text_sv": "a\x0bb\r\nc", "text_en": "x\x1f"})
    summary.refresh_from_db()
    assert (summary.text_sv, summary.text_en) == ("ab\nc", "x")


# --- The fact check -------------------------------------------------------------------------------------------


def ask(by, summary, **values):
    given = {
        "submission": SUBMISSION,
        "name": "Anna Ek",
        "email": "anna@leverantor.example",
        "language": "sv",
        "due_on": clock.today() + timedelta(days=14),
    }
    return ask_for_check(by=by, summary=summary, **given | values)


def test_supplier_is_asked_by_link_even_when_it_is_closed(closed, secretariat):
    made = SummaryFactory(follow_up=closed)
    check = ask(secretariat, made)
    assert ask(secretariat, made) == check
    assert check.link.follow_up == closed
    assert set(Message.objects.filter(to="anna@leverantor.example").values_list("kind", flat=True)) == {
        "access_link",
        "fact_check",
    }
    with pytest.raises(ValidationError) as refusal:
        ask(secretariat, made, submission="9f1c8f0e-7a52-4c0e-9d43-0f1a6a1c9b11")
    assert refusal.value.code == "checking"


def test_supplier_answers_once(closed, secretariat):
    made = SummaryFactory(follow_up=closed)
    check = ask(secretariat, made)
    browser = opened(check.link)
    assert (
        reverse("followups:outside-fact-check", args=[check.link.public_id, check.public_id])
        in browser.get(reverse("followups:outside-start", args=[check.link.public_id])).text
    )
    url = reverse("followups:outside-fact-check", args=[check.link.public_id, check.public_id])
    shown = browser.get(url)
    assert "beslutat och används" in shown.text
    wrong = browser.post(url, {"agrees": "no", "comment": ""})
    assert set(wrong.context["form"].errors) == {"comment"}
    assert browser.post(url, {"agrees": "no", "comment": "Datumet är fel"}).status_code == 302
    assert browser.post(url, {"agrees": "yes", "comment": ""}).status_code == 302
    check.refresh_from_db()
    assert (check.agrees, check.comment, check.answered_by.link) == (False, "Datumet är fel", check.link.public_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        FactCheck.objects.filter(pk=check.pk).update(comment="Annat")


def test_another_suppliers_link_finds_no_check(closed, secretariat):
    check = ask(secretariat, SummaryFactory(follow_up=closed))
    other = ask(secretariat, SummaryFactory(), email="bo@annan.example")
    browser = opened(other.link)
    url = reverse("followups:outside-fact-check", args=[other.link.public_id, check.public_id])
    assert browser.get(url).status_code == 404


def test_an_answer_by_mail_is_registered_in_the_own_name(client_of, summary, buyer):
    FactCheck.objects.all().delete()
    check = CheckFactory(summary=summary)
    url = page("summary-answer", summary.follow_up)
    client = client_of(buyer)
    assert client.post(url, {"agrees": "no"}).context["form"].errors
    assert client.post(url, {"agrees": "yes"}).status_code == 302
    check.refresh_from_db()
    assert check.answered_by.user == buyer
    assert client.get(url).status_code == 404


def test_supplier_is_reminded_until_it_has_answered(closed, secretariat):
    check = ask(secretariat, SummaryFactory(follow_up=closed))
    dues = list(due(check.due_on))
    assert [(each.recipient.email, each.public_id) for each in dues] == [("anna@leverantor.example", check.public_id)]
    assert closed.supplier.name in text(dues[0])[0]
    assert open_among([check.public_id]) == {check.public_id}
    answer_check(by=check.link.actor, check=check, agrees=True)
    assert (list(due(check.due_on)), open_among([check.public_id])) == ([], set())


# --- The gate -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in State if state != State.CLOSED])
def test_only_what_is_closed_or_has_a_dated_plan(state):
    follow_up = FollowUpFactory(contracts=["23"], state=state)
    assert gate(follow_up)
    finding = FindingFactory(follow_up=follow_up)
    assert gate(follow_up)
    action = CorrectiveActionFactory(finding=finding)
    assert gate(follow_up)
    CorrectiveAction.objects.filter(pk=action.pk).update(state="accepted")
    assert bool(gate(follow_up)) is (state == State.ABORTED)


def test_all_that_stands_in_the_way_is_said(secretariat):
    follow_up = FollowUpFactory(contracts=["23"])
    Supplier.objects.update(is_sole_trader=True)
    made = SummaryFactory(follow_up=fresh(follow_up), text_en="")
    assert len(lacking(made)) == 4
    with pytest.raises(ValidationError) as refusal:
        publish_summary(by=secretariat, summary=made, version=1)
    assert len(refusal.value.messages) == 4
    assert not SummaryEdition.objects.exists()


def test_nothing_is_published_while_the_supplier_checks(closed, secretariat):
    made = SummaryFactory(follow_up=closed)
    check = CheckFactory(summary=made)
    with pytest.raises(ValidationError):
        publish_summary(by=secretariat, summary=made, version=1)
    answer_check(by=secretariat, check=check, agrees=False, comment="Fel datum")
    assert publish_summary(by=secretariat, summary=made, version=1).number == 1


@pytest.mark.parametrize("where", ["text_sv", "text_en", "comment", "note"])
def test_no_hidden_name_gets_out_by_any_of_the_texts(where, closed, secretariat):
    made = SummaryFactory(follow_up=closed)
    check = CheckFactory(summary=made)
    answer_check(by=secretariat, check=check, agrees=False, comment=NAME.upper() if where == "comment" else "Nej")
    values = {"with_comment": where == "comment"}
    if where == "note":
        publish_summary(by=secretariat, summary=made, version=1)
        made.refresh_from_db()
        values |= {"change_note_sv": f"Om {NAME}", "change_note_en": "More"}
    elif where != "comment":
        edit_summary(
            by=secretariat, summary=made, version=1, **{"text_sv": "Text", "text_en": "Text", where: f"x {NAME}"}
        )
        made.refresh_from_db()
    editions = SummaryEdition.objects.count()
    with pytest.raises(ValidationError) as refusal:
        publish_summary(by=secretariat, summary=made, version=made.version, **values)
    assert {error.code for error in refusal.value.error_list} == {"hidden"}
    assert SummaryEdition.objects.count() == editions
    if where == "comment":
        assert publish_summary(by=secretariat, summary=made, version=made.version).supplier_comment == ""


def test_withdrawal_reason_holds_no_hidden_name(summary, secretariat):
    edition = publish_summary(by=secretariat, summary=summary, version=1)
    with pytest.raises(ValidationError):
        withdraw_summary(by=secretariat, edition=edition, reason_sv=f"På grund av {NAME}", reason_en="Wrong")
    edition.refresh_from_db()
    assert edition.withdrawn_at is None


# --- Editions -------------------------------------------------------------------------------------------------


def test_publishing_freezes_the_case_and_shares_it(summary, secretariat):
    edition = publish_summary(by=secretariat, summary=summary, version=1)
    follow_up = fresh(summary.follow_up)
    assert (edition.number, edition.colour, edition.is_closed) == (1, "green", True)
    assert edition.regions == [{"code": "23", "name": "Region 23"}]
    assert follow_up.sharing_tier == "public"
    assert set(Job.objects.values_list("kind", "language")) == {("summary_pdf", "sv"), ("summary_pdf", "en")}
    summary.refresh_from_db()
    edit_summary(by=secretariat, summary=summary, version=summary.version, text_sv="Nytt", text_en="New")
    edition.refresh_from_db()
    assert "Inga avvikelser" in edition.text_sv
    with pytest.raises(DatabaseError), transaction.atomic():
        SummaryEdition.objects.update(text_sv="Omskrivet")


def test_a_double_click_publishes_once(summary, secretariat):
    publish_summary(by=secretariat, summary=summary, version=1)
    with pytest.raises(StaleVersionError):
        publish_summary(by=secretariat, summary=summary, version=1)
    assert SummaryEdition.objects.count() == 1


def test_a_correction_says_what_changed(summary, secretariat):
    publish_summary(by=secretariat, summary=summary, version=1)
    with pytest.raises(ValidationError) as refusal:
        publish_summary(by=secretariat, summary=summary, version=2, change_note_sv="Datum")
    assert refusal.value.code == "change_note"
    second = publish_summary(by=secretariat, summary=summary, version=2, change_note_sv="Datum", change_note_en="Date")
    assert (second.number, list(SummaryEdition.objects.standing())) == (2, [second])
    with pytest.raises(IntegrityError), transaction.atomic():
        SummaryEdition.objects.filter(pk=second.pk).update(withdrawn_at=clock.now(), withdrawn_by=second.created_by)


def test_withdrawal_keeps_its_trace_and_shares_less(summary, secretariat, admin):
    edition = publish_summary(by=secretariat, summary=summary, version=1)
    for reasons in (("", ""), ("Fel", " ")):
        with pytest.raises(ValidationError):
            withdraw_summary(by=secretariat, edition=edition, reason_sv=reasons[0], reason_en=reasons[1])
    done = withdraw_summary(by=secretariat, edition=edition, reason_sv="Fel", reason_en="Wrong")
    again = withdraw_summary(by=admin, edition=edition, reason_sv="Annat", reason_en="Other")
    assert (again.withdrawn_at, again.withdrawal_reason_sv) == (done.withdrawn_at, "Fel")
    assert list(SummaryEdition.objects.standing()) == []
    assert fresh(summary.follow_up).sharing_tier == "regions"


def test_a_light_set_by_hand_is_published_without_its_reason(summary, secretariat):
    OverrideFactory(follow_up=summary.follow_up, colour="red", reason="Internt skäl")
    edition = publish_summary(by=secretariat, summary=summary, version=1)
    assert edition.colour == "red"
    assert "Internt" not in edition.light_sv + edition.light_en


# --- Pages ----------------------------------------------------------------------------------------------------


def test_what_is_in_the_making_is_for_those_who_work_in_it(client_of, summary, secretariat, buyer, neighbour, reader):
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=actor_of(secretariat))
    names = ("summary-detail", "summary-edit", "summary-check", "summary-publish", "summary-withdraw")
    for user in (neighbour, reader):
        assert {client_of(user).get(page(name, summary.follow_up)).status_code for name in names} == {404}
    assert client_of(buyer).get(page("summary-detail", summary.follow_up)).status_code == 200
    assert client_of(buyer).get(page("summary-publish", summary.follow_up)).status_code == 403
    assert client_of(buyer).get(page("summary-withdraw", summary.follow_up)).status_code == 403


def test_pages_from_draft_to_withdrawal(client_of, closed, secretariat):
    client, at = client_of(secretariat), page("summary-detail", closed)
    assert client.post(page("summary-draft", closed)).headers["Location"] == page("summary-edit", closed)
    made = Summary.objects.get()
    edit = {"version": 1, "text_sv": f"Hos {NAME}", "text_en": "Text"}
    client.post(page("summary-edit", closed), edit)
    shown = client.get(at).text
    assert f'<mark class="hidden-name">{NAME}</mark>' in shown
    assert page("summary-publish", closed) not in shown
    sent = {
        "submission": SUBMISSION,
        "name": "Anna Ek",
        "email": "anna@x.example",
        "language": "sv",
        "due_on": in_days(14),
    }
    assert client.post(page("summary-check", closed), sent | {"email": "nej"}).context["form"].errors
    assert client.post(page("summary-check", closed), sent).headers["Location"] == at
    answer_check(by=secretariat, check=FactCheck.objects.get(), agrees=True)
    refused = client.post(page("summary-publish", closed), {"version": 2})
    assert NAME in " ".join(refused.context["form"].non_field_errors())
    client.post(page("summary-edit", closed), edit | {"version": 2, "text_sv": "Utan namn"})
    assert client.post(page("summary-publish", closed), {"version": 3}).headers["Location"] == at
    made.refresh_from_db()
    again = client.post(page("summary-publish", closed), {"version": made.version})
    assert set(again.context["form"].errors) == {"change_note_sv", "change_note_en"}
    leave = page("summary-withdraw", closed)
    assert client.post(leave, {"reason_sv": "", "reason_en": "x"}).context["form"].errors
    assert client.post(leave, {"reason_sv": "Fel", "reason_en": "Wrong"}).headers["Location"] == at
    assert client.get(leave).status_code == 404


def test_page_asks_no_more_for_more(client_of, summary, secretariat, django_assert_num_queries):
    client = client_of(secretariat)
    for rows in (1, 3):
        while FactCheck.objects.count() < rows:
            CheckFactory(summary=summary, days=-1)
        while summary.editions.count() < rows:
            summary.refresh_from_db()
            notes = {"change_note_sv": "x", "change_note_en": "x"}
            publish_summary(by=secretariat, summary=summary, version=summary.version, **notes)
        with django_assert_num_queries(33):
            client.get(page("summary-detail", summary.follow_up))


def test_sharing_a_published_one_less_is_refused_until_it_is_withdrawn(client_of, secretariat):
    edition = published(secretariat)
    follow_up = fresh(edition.summary.follow_up)
    sent = {"tier": "concerned", "version": follow_up.version}
    answer = client_of(secretariat).post(page("follow-up-share", follow_up), sent)
    assert answer.context["form"].errors
    assert fresh(follow_up).sharing_tier == "public"
