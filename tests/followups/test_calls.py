"""The yearly call: every region is asked, answers in one of four ways, and is reminded until it has."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.actions.calls import answer_as_last_year, answer_call, close_call, open_call, reopen_call
from followups.enums.plan import Answering
from followups.models import CallAnswer, CallContract, ContractCall
from followups.pages.calls import call_tiles
from followups.reminders.calls import due, text
from portal import clock
from portal.exchange.writing import Heading, write_xlsx
from portal.history.versions import StaleVersionError
from portal.outbox.models import Message
from regions.models import Region
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, SupplierFactory
from tests.followups.plans import CallFactory, answered, contract_of, region_in_group

pytestmark = pytest.mark.django_db
SOON = timedelta(days=20)


@pytest.fixture(autouse=True)
def _on_a_day(settings):
    settings.PORTAL_NOW = "2026-11-02T09:00"


def answer_url(call, code, verb="edit"):
    return reverse(f"followups:answer-{verb}", args=[call.public_id, code])


def call_url(call, verb="detail"):
    return reverse(f"followups:call-{verb}", args=[call.public_id])


def named(call, code):
    return set(
        CallContract.objects.filter(answer__call=call, answer__region__code=code).values_list("contract", flat=True)
    )


# --- the secretariat asks


def test_opening_asks_every_region_once_in_the_language_of_each(person, secretariat, buyer, neighbour, reader):
    person("regional_coordinator", "23", email="coordinator.jh@test.example", language="en")
    call = open_call(
        by=secretariat,
        year=2027,
        categories=[CategoryFactory()],
        answer_by_on=clock.today() + SOON,
        audit_on=date(2027, 6, 30),
        text="Tänk på handskarna.",
    )
    letters = {message.to: message for message in Message.objects.filter(kind="contract_call")}
    assert sorted(letters) == ["buyer@test.example", "coordinator.jh@test.example", "neighbour@test.example"]
    assert letters["coordinator.jh@test.example"].language == "en"
    assert letters["coordinator.jh@test.example"].subject == "Which of your contracts should be followed up in 2027?"
    body = letters["coordinator.jh@test.example"].body
    assert call.public_id in body
    assert "Tänk på handskarna." in body


def test_the_secretariat_opens_a_call_from_the_page(client_of, secretariat, reference_data):
    client, url = client_of(secretariat), reverse("followups:call-open")
    form = client.get(url).context["form"]
    assert len(form.initial["categories"]) > 5
    data = {
        "year": "2031",
        "categories": [category.public_id for category in form.initial["categories"]],
        "answer_by_on": (clock.today() + SOON).isoformat(),
        "audit_on": "2031-06-30",
        "text": "",
    }
    answer = client.post(url, data)
    call = ContractCall.objects.get(year=2031)
    assert answer.url == call_url(call)
    assert call.categories.count() == len(form.initial["categories"])
    again = client.post(url, data)
    assert again.status_code == 200
    assert "year" in again.context["form"].errors
    assert ContractCall.objects.filter(year=2031).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("year", "12"), ("year", ""), ("answer_by_on", "2020-01-01"), ("audit_on", "strax"), ("text", "\x00")],
)
def test_what_is_wrong_in_a_call_is_said_at_its_field_and_kept(client_of, secretariat, reference_data, field, value):
    client, url = client_of(secretariat), reverse("followups:call-open")
    data = {
        "year": "2031",
        "answer_by_on": (clock.today() + SOON).isoformat(),
        "audit_on": "2031-06-30",
        "text": "Hej",
        "categories": [client.get(url).context["form"].initial["categories"][0].public_id],
    }
    answer = client.post(url, {**data, field: value})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not ContractCall.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("buyer", 403), ("area_coordinator", 403), ("reader", 404), ("stranger", 404)]
)
def test_only_the_secretariat_opens_a_call(client_of, request, who, status):
    assert client_of(request.getfixturevalue(who)).get(reverse("followups:call-open")).status_code == status


def test_a_call_is_changed_until_it_is_closed_and_two_at_once_get_a_comparison(client_of, secretariat):
    call = CallFactory()
    client, url = client_of(secretariat), call_url(call, "edit")
    data = {
        "answer_by_on": (clock.today() + SOON).isoformat(),
        "audit_on": "2027-05-01",
        "text": "Ny text",
        "version": "1",
    }
    assert client.post(url, data).status_code == 302
    lost = client.post(url, {**data, "text": "Andras text"})
    assert lost.status_code == 409
    assert "Andras text" in lost.text
    close_call(by=secretariat, call=call)
    closed = client.post(url, {**data, "version": "3"})
    assert closed.status_code == 200
    assert closed.context["form"].non_field_errors()
    call.refresh_from_db()
    assert (call.text, call.audit_on, call.is_open) == ("Ny text", date(2027, 5, 1), False)


def test_who_has_answered_and_who_has_not_is_seen(client_of, secretariat, buyer, neighbour):
    call = CallFactory()
    RegionFactory(code="12")
    answered(call, "23", contract_of("23"))
    page = client_of(secretariat).get(call_url(call))
    assert (page.context["answered"], page.context["regions"]) == (1, 3)
    states = {state.region.code: (bool(state.answer), state.people) for state in page.context["states"]}
    assert states == {"23": (True, 1), "25": (False, 1), "12": (False, 0)}
    assert 'value="1" max="3"' in page.text


def test_a_buyer_sees_the_own_answer_and_no_other_regions(client_of, buyer, neighbour, reader):
    call = CallFactory()
    answered(call, "23", contract_of("23", title="Avtal kanariefågel23"))
    assert [state.region.code for state in client_of(neighbour).get(call_url(call)).context["states"]] == ["25"]
    assert "kanariefågel23" in client_of(buyer).get(answer_url(call, "23")).text
    assert client_of(neighbour).get(answer_url(call, "23")).status_code == 404
    assert client_of(neighbour).post(answer_url(call, "23", "none")).status_code == 404
    assert "kanariefågel23" not in client_of(neighbour).get(answer_url(call, "25")).text
    assert client_of(reader).get(call_url(call)).status_code == 404


def test_queries_of_a_call_do_not_grow(client_of, secretariat):
    call = CallFactory()
    client, counts = client_of(secretariat), []
    for codes in (["23"], ["25", "12"]):
        for code in codes:
            answered(call, code, contract_of(code))
        with CaptureQueriesContext(connection) as found:
            client.get(call_url(call))
        counts.append(len(found))
    assert counts[0] == counts[1]


# --- a region answers


def test_the_list_is_the_own_regions_in_the_asked_categories_and_long_ones_are_ticked(client_of, buyer, neighbour):
    call = CallFactory()
    below = CategoryFactory(name="Engångsinstrument", parent=CategoryFactory())
    long, short = contract_of("23", title="Lång"), contract_of("23", title="Kort", ends_on=date(2028, 6, 29))
    just = contract_of("23", title="Precis", ends_on=date(2028, 6, 30), category=below)
    contract_of("23", title="Slut", ends_on=clock.today() - timedelta(days=1))
    contract_of("23", title="Livsmedel", category=CategoryFactory(name="Livsmedel"))
    contract_of("25", title="Grannens")
    form = client_of(buyer).get(answer_url(call, "23")).context["form"]
    assert {contract.title for contract in form.fields["contracts"].queryset} == {"Lång", "Kort", "Precis"}
    assert set(form.fields["contracts"].initial) == {long.public_id, just.public_id}
    assert short.public_id in str(form["contracts"])


def test_a_buyer_chooses_and_changes_until_the_call_closes(client_of, buyer, secretariat):
    call, first, second = CallFactory(), contract_of("23"), contract_of("23")
    client, url = client_of(buyer), answer_url(call, "23")
    assert (
        client.post(url, {"contracts": [first.public_id], "comment": "Ett till kommer.", "version": "0"}).status_code
        == 302
    )
    answer = CallAnswer.objects.get()
    assert (answer.kind, answer.comment, named(call, "23")) == ("chosen", "Ett till kommer.", {first.pk})
    assert client.get(url).context["form"].fields["contracts"].initial == [first.public_id]
    client.post(url, {"contracts": [second.public_id], "comment": "", "version": "1"})
    assert named(call, "23") == {second.pk}
    close_call(by=secretariat, call=call)
    late = client.post(url, {"contracts": [first.public_id], "comment": "För sent", "version": "2"})
    assert late.status_code == 200
    assert "För sent" in str(late.context["form"]["comment"])
    assert named(call, "23") == {second.pk}
    assert second.title in client.get(url).text
    reopen_call(by=secretariat, call=call)
    assert client.post(url, {"contracts": [first.public_id], "version": "2"}).status_code == 302
    assert named(call, "23") == {first.pk}


def test_an_answer_without_contracts_says_so(client_of, buyer):
    call = CallFactory()
    contract_of("23")
    answer = client_of(buyer).post(answer_url(call, "23"), {"comment": "Hej", "version": "0"})
    assert answer.status_code == 200
    assert "contracts" in answer.context["form"].errors
    assert not CallAnswer.objects.exists()


def test_another_regions_contract_is_refused_by_form_and_by_database(client_of, buyer, neighbour):
    call, foreign = CallFactory(), contract_of("25")
    contract_of("23")
    answer = client_of(buyer).post(answer_url(call, "23"), {"contracts": [foreign.public_id], "version": "0"})
    assert "contracts" in answer.context["form"].errors
    with pytest.raises(IntegrityError), transaction.atomic():
        answered(call, "23", foreign)
    assert not CallAnswer.objects.exists()


def test_a_joint_contract_is_every_partys_to_name():
    call, joint = CallFactory(), contract_of("23")
    joint.parties.add(RegionFactory(code="25"))
    answered(call, "25", joint)
    assert named(call, "25") == {joint.pk}


def test_two_colleagues_at_once_get_a_comparison(client_of, buyer, person):
    call, mine, theirs = CallFactory(), contract_of("23", title="Mitt"), contract_of("23", title="Deras")
    answered(call, "23", theirs)
    lost = client_of(buyer).post(answer_url(call, "23"), {"contracts": [mine.public_id], "version": "0"})
    assert lost.status_code == 409
    assert "Mitt" in lost.text
    assert named(call, "23") == {theirs.pk}
    again = {"contracts": [mine.public_id], "version": lost.context["form"]["version"].value()}
    assert client_of(buyer).post(answer_url(call, "23"), again).status_code == 302
    assert named(call, "23") == {mine.pk}


def test_same_as_last_year_copies_what_still_runs(client_of, buyer):
    before, call = CallFactory(year=2026), CallFactory()
    runs = contract_of("23")
    ended = contract_of("23", ends_on=clock.today() + timedelta(days=1))
    answered(before, "23", runs, ended)
    ended.ends_on = clock.today() - timedelta(days=1)
    ended.save(update_fields=["ends_on"])
    client = client_of(buyer)
    assert "still_running" in client.get(answer_url(call, "23")).context
    assert client.post(answer_url(call, "23", "same"), {"version": "0"}).status_code == 302
    assert CallAnswer.objects.get(call=call).kind == "same"
    assert named(call, "23") == {runs.pk}
    assert named(before, "23") == {runs.pk, ended.pk}


def test_same_as_last_year_needs_something_to_copy(buyer):
    before, call = CallFactory(year=2026), CallFactory()
    region = Region.objects.get(code="23")
    with pytest.raises(ValidationError) as missing:
        answer_as_last_year(by=buyer, call=call, region=region, version=0)
    assert missing.value.code == "missing"
    contract = contract_of("23")
    answered(before, "23", contract)
    contract.ends_on = clock.today() - timedelta(days=1)
    contract.save(update_fields=["ends_on"])
    with pytest.raises(ValidationError) as ended:
        answer_as_last_year(by=buyer, call=call, region=region, version=0)
    assert ended.value.code == "ended"
    answered(before, "23")
    assert answer_as_last_year(by=buyer, call=call, region=region, version=0).kind == Answering.NONE


def test_none_is_one_click_and_an_old_page_does_not_overwrite(client_of, buyer):
    call, contract = CallFactory(), contract_of("23")
    client, url = client_of(buyer), answer_url(call, "23", "none")
    client.post(url, {"version": "0"})
    assert CallAnswer.objects.get().kind == "none"
    answered(call, "23", contract)
    client.post(url, {"version": "1"})
    client.post(url, {"version": "skräp"})
    assert named(call, "23") == {contract.pk}
    with pytest.raises(StaleVersionError):
        answer_call(by=buyer, call=call, region=Region.objects.get(code="23"), version=0, kind=Answering.NONE)


def test_the_secretariat_answers_in_a_regions_place_and_a_coordinator_only_reads(
    client_of, secretariat, area_coordinator
):
    call, contract = CallFactory(), contract_of("23")
    region_in_group("23", *area_coordinator.access.groups)
    assert (
        client_of(secretariat)
        .post(answer_url(call, "23"), {"contracts": [contract.public_id], "version": "0"})
        .status_code
        == 302
    )
    assert CallAnswer.objects.get().answered_by.user == secretariat
    client = client_of(area_coordinator)
    assert contract.title in client.get(answer_url(call, "23")).text
    assert client.post(answer_url(call, "23"), {"version": "1"}).status_code == 403
    assert client.get(answer_url(call, "23", "upload")).status_code == 403


# --- by file


def workbook(*rows, heading="Diarienummer"):
    content = io.BytesIO()
    write_xlsx([Heading("Leverantör"), Heading(heading)], [("Någon AB", row) for row in rows], content)
    return SimpleUploadedFile("avtal.xlsx", content.getvalue())


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_of_numbers_becomes_a_list_to_save(client_of, buyer, kind):
    call, supplier = CallFactory(), SupplierFactory()
    wanted = [contract_of("23", registration_number="RS/123-2026") for _each in range(2)]
    contract_of("23", registration_number="RS/9", supplier=supplier)
    contract_of("25", registration_number="RS/777")
    upload = workbook("rs/123-2026 ", "RS/777")
    if kind == "csv":
        upload = SimpleUploadedFile("avtal.csv", b"Dnr;Titel\r\nRS/123-2026;x\r\nRS/777;y\r\n")
    page = client_of(buyer).post(answer_url(call, "23", "upload"), {"file": upload})
    assert page.status_code == 200
    assert page.context["unknown"] == ["RS/777"]
    assert not CallAnswer.objects.exists()
    form = page.context["form"]
    assert set(form.fields["contracts"].initial) == {contract.public_id for contract in wanted}
    client_of(buyer).post(answer_url(call, "23"), {"contracts": form.fields["contracts"].initial, "version": "0"})
    assert named(call, "23") == {contract.pk for contract in wanted}


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("avtal.xlsx", b"MZ not a workbook"),
        SimpleUploadedFile("avtal.csv", b""),
        SimpleUploadedFile("avtal.pdf", b"%PDF-1.7"),
        SimpleUploadedFile("avtal.csv", b"Titel;Pris\r\na;b\r\n"),
        SimpleUploadedFile("avtal.csv", b"Dnr\r\n\x00\r\n"),
        SimpleUploadedFile("avtal.csv", b"Dnr\r\nfinns inte\r\n"),
        None,
    ],
    ids=["no-workbook", "empty", "pdf", "no-heading", "nul", "unknown", "missing"],
)
def test_a_bad_file_is_refused_with_a_sentence(client_of, buyer, upload):
    call = CallFactory()
    contract_of("23", registration_number="RS/1")
    if upload:
        upload.seek(0)
    page = client_of(buyer).post(answer_url(call, "23", "upload"), {"file": upload or ""})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["file"]
    assert not CallAnswer.objects.exists()


# --- reminders and the start page


def test_reminders_reach_those_who_have_not_answered(buyer, neighbour, secretariat, settings):
    settings.PORTAL_NOW = "2026-09-21T08:00"
    call = CallFactory(answer_by_on=date(2026, 9, 24))
    RegionFactory(code="12")
    answered(call, "23", contract_of("23"))
    reminders = list(due(date(2026, 9, 21)))
    assert [(each.recipient, each.step, each.public_id) for each in reminders] == [(neighbour, "-3", call.public_id)]
    subject, body = text(reminders[0])
    assert "2027" in subject
    assert "Region 25" in body
    assert [each.step for each in due(date(2026, 10, 1))] == ["+7"]
    assert list(due(date(2026, 9, 10))) == []
    close_call(by=secretariat, call=call)
    assert list(due(date(2026, 9, 21))) == []


def test_the_start_page_tells_whose_answer_is_missing(client_of, buyer, neighbour, secretariat):
    call = CallFactory(answer_by_on=clock.today() - timedelta(days=2))
    answered(call, "23", contract_of("23"))
    assert call_tiles(buyer) == []
    assert [(tile.url, tile.late) for tile in call_tiles(neighbour)] == [(call_url(call), True)]
    assert call_tiles(secretariat) == []
    assert call_url(call) in client_of(neighbour).get(reverse("home:start")).text


def test_only_contracts_of_the_form_count(client_of, buyer):
    """A tampered id, and one that has ended since the page was opened, are told at the field."""
    call, contract = CallFactory(), contract_of("23")
    ContractFactory()
    for value in ("finns-inte", "\x00"):
        page = client_of(buyer).post(answer_url(call, "23"), {"contracts": [value], "version": "0"})
        assert "contracts" in page.context["form"].errors
    contract.ends_on = clock.today() - timedelta(days=1)
    contract.save(update_fields=["ends_on"])
    page = client_of(buyer).post(answer_url(call, "23"), {"contracts": [contract.public_id], "version": "0"})
    assert page.status_code == 200
    assert not CallAnswer.objects.exists()
