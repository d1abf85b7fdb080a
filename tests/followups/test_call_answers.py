"""What a region answers to the call: by choice, by file, as last year or none."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from followups.actions.calls import answer_as_last_year, answer_call, close_call, reopen_call
from followups.enums.plan import Answering
from followups.models import CallAnswer, CallContract
from followups.queries import calls
from portal import clock
from portal.exchange.writing import Heading, write_xlsx
from portal.history.versions import StaleVersionError
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
    assert "För sent" in late.text
    assert f'value="{first.public_id}"' in late.text
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
    assert contract.title in client.get(answer_url(call, "23", "detail")).text
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


def test_more_than_a_page_holds_is_cut_but_a_file_reaches_all(client_of, buyer, monkeypatch):
    monkeypatch.setattr(calls, "CONTRACTS_SHOWN", 1)
    call, shown = CallFactory(), contract_of("23", ends_on=date(2035, 1, 1))
    beyond = contract_of("23", registration_number="RS/5")
    client = client_of(buyer)
    page = client.get(answer_url(call, "23"))
    assert (page.context["is_cut"], list(page.context["form"].fields["contracts"].queryset)) == (True, [shown])
    upload = SimpleUploadedFile("avtal.csv", b"Dnr\r\nRS/5\r\n")
    ticked = client.post(answer_url(call, "23", "upload"), {"file": upload}).context["form"].fields["contracts"].initial
    client.post(answer_url(call, "23"), {"contracts": ticked, "version": "0"})
    assert named(call, "23") == {beyond.pk}
