"""Open, proposed, decided, closed: the steps of a funding year, and reopening by two."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from funding.actions.steps import ask_to_reopen, confirm_reopening, decline_reopening, move_year
from funding.enums import TRANSITIONS, YearState
from funding.models import FundingYear, Reopening, YearStep
from funding.queries.steps import asked_reopening, proposed_on
from portal import clock
from tests.funding.factories import decided, moved_to, opened_year, paid, text_of
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> FundingYear:
    return opened_year({"23": 1000})


@pytest.fixture
def second_admin():
    return make_person("admin", email="second@test.example")


def state_of(year: FundingYear) -> str:
    return FundingYear.objects.get(pk=year.pk).state


# --- The actions -------------------------------------------------------------------------------------------


def test_a_year_goes_from_open_to_closed_and_each_step_leaves_date_and_name(year, admin):
    days = {"proposed": date(2022, 4, 6), "decided": date(2022, 6, 1), "closed": date(2023, 12, 31)}
    for target, taken_on in days.items():
        move_year(by=admin, funding_year=year, target=target, taken_on=taken_on)
    assert state_of(year) == "closed"
    told = [(s.source, s.target, s.taken_on, s.created_by.user) for s in YearStep.objects.all()]
    assert told == [
        ("open", "proposed", date(2022, 4, 6), admin),
        ("proposed", "decided", date(2022, 6, 1), admin),
        ("decided", "closed", date(2023, 12, 31), admin),
    ]
    year.refresh_from_db()
    assert proposed_on(year) == date(2022, 4, 6)


@pytest.mark.parametrize("source", YearState)
@pytest.mark.parametrize("target", YearState)
def test_only_the_tables_steps_are_taken(source, target, year, admin):
    moved_to(year, source)
    move = TRANSITIONS.get((source, target))
    if move and not move.needs_two:
        move_year(by=admin, funding_year=year, target=target, taken_on=clock.today(), reason="Därför.")
        assert state_of(year) == target
        return
    with pytest.raises(ValidationError):
        move_year(by=admin, funding_year=year, target=target, taken_on=clock.today(), reason="Därför.")
    assert state_of(year) == source


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"taken_on": clock.today() + timedelta(days=1)}, "taken_on"),
        ({"taken_on": date(2022, 4, 5)}, "taken_on"),
        ({"target": "open", "taken_on": date(2022, 4, 7)}, "reason"),
    ],
)
def test_an_impossible_step_is_not_taken(values, field, year, admin):
    moved_to(year, "proposed", taken_on=date(2022, 4, 6))
    with pytest.raises(ValidationError) as refused:
        move_year(**{"by": admin, "funding_year": year, "target": "decided"} | values)
    assert list(refused.value.message_dict) == [field]
    assert (state_of(year), YearStep.objects.count()) == ("proposed", 1)


def test_a_proposal_that_was_taken_back_no_longer_counts(year, admin):
    moved_to(year, "proposed", taken_on=date(2022, 4, 6))
    move_year(by=admin, funding_year=year, target="open", taken_on=clock.today(), reason="Fel folkmängd.")
    year.refresh_from_db()
    assert proposed_on(year) is None
    moved_to(year, "proposed")
    assert proposed_on(year) == clock.today()


def test_one_asks_and_another_reopens(year, admin, second_admin):
    moved_to(year, "closed")
    asked = ask_to_reopen(by=admin, funding_year=year, reason="En faktura rättades.")
    assert (state_of(year), asked_reopening(year)) == ("closed", asked)
    with pytest.raises(ValidationError):
        confirm_reopening(by=admin, reopening=asked)
    assert state_of(year) == "closed"
    step = confirm_reopening(by=second_admin, reopening=asked)
    asked.refresh_from_db()
    assert (step.source, step.target, step.reason) == ("closed", "decided", "En faktura rättades.")
    assert (asked.created_by.user, asked.confirmed_by.user, state_of(year)) == (admin, second_admin, "decided")
    with pytest.raises(ValidationError):
        confirm_reopening(by=second_admin, reopening=asked)


def test_a_declined_request_leaves_the_year_closed_and_its_trace(year, admin, second_admin):
    moved_to(year, "closed")
    asked = ask_to_reopen(by=admin, funding_year=year, reason="En faktura rättades.")
    with pytest.raises(ValidationError):
        ask_to_reopen(by=second_admin, funding_year=year, reason="Jag också.")
    decline_reopening(by=second_admin, reopening=asked)
    with pytest.raises(ValidationError):
        confirm_reopening(by=second_admin, reopening=asked)
    assert (state_of(year), asked_reopening(year), Reopening.objects.get().declined_by.user) == (
        "closed",
        None,
        second_admin,
    )


def test_only_a_closed_year_is_asked_to_be_reopened(year, admin):
    moved_to(year, "decided")
    with pytest.raises(ValidationError):
        ask_to_reopen(by=admin, funding_year=year, reason="Därför.")
    assert not Reopening.objects.exists()


# --- The pages ---------------------------------------------------------------------------------------------


def test_an_admin_takes_the_year_through_its_steps_on_the_pages(year, admin, client_of):
    client = client_of(admin)
    assert "Föreslå året för regionerna" in text_of(client.get("/funding/2023/"))
    for target, day in (("proposed", "2022-04-06"), ("decided", "2022-06-01"), ("closed", "2023-12-31")):
        sent = {"taken_on": day, **({"is_seen": "on"} if target == "closed" else {})}
        response = client.post(f"/funding/2023/to/{target}/", sent, follow=True)
        assert response.redirect_chain == [("/funding/2023/", 302)]
    text = text_of(response)
    assert "Finansieringsår 2023 är nu ”stängt”." in text
    assert "öppet → föreslaget 6 april 2022" in text
    assert str(admin) in text
    assert "Be om att året öppnas igen" in text
    assert state_of(year) == "closed"


UNDECIDED = "1 av 1 regioner har inte beslutat."
UNPAID = "1 000 kr av 1 000 kr är inte betalt. 1 region har inte betalt allt."
PART = UNPAID.replace("1 000 kr av 1 000", "6 kr av 10")
UNENDED = "Året slutar 31 december 2023."


@pytest.mark.parametrize(
    ("now", "decides", "pays", "told"),
    [
        ("2023-12-31T09:00", False, None, [UNENDED, UNDECIDED, UNPAID]),
        ("2024-01-01T09:00", False, None, [UNDECIDED, UNPAID]),
        ("2024-01-01T09:00", True, 4_00, [PART]),
        ("2024-01-01T09:00", True, 12_00, ["2 kr är betalt för mycket."]),
        ("2023-06-01T09:00", True, 10_00, [UNENDED]),
        ("2024-01-01T09:00", True, 10_00, []),
    ],
)
def test_a_year_is_closed_by_who_has_seen_what_is_not_finished(
    now, decides, pays, told, year, admin, client_of, settings
):
    settings.PORTAL_NOW = now
    moved_to(year, "proposed", taken_on=date(2022, 4, 6))
    if decides:
        decided("23", amount_ore=10_00)
        paid("23", "4001", 12_00, paid_ore=pays)
    moved_to(year, "decided", taken_on=date(2022, 6, 1))
    client, address, sent = client_of(admin), "/funding/2023/to/closed/", {"taken_on": "2023-05-01"}
    page = text_of(client.get(address))
    sentences = (UNENDED, UNDECIDED, UNPAID, PART, "2 kr är betalt för mycket.")
    assert [each for each in sentences if each in page] == told
    assert ("Jag har sett vad som inte är klart" in page) == bool(told)
    if told:
        form = client.post(address, sent).context["form"]
        asked = {"is_seen": ["Kryssa i rutan om året ska stängas ändå."]}
        assert (dict(form.errors), form["taken_on"].value(), state_of(year)) == (asked, "2023-05-01", "decided")
    assert client.post(address, sent | {"is_seen": "on"} if told else sent).status_code == 302
    assert state_of(year) == "closed"


@pytest.mark.parametrize("regions", [1, 3])
def test_the_page_that_closes_costs_the_same_for_more_regions(regions, admin, client_of, django_assert_num_queries):
    moved_to(opened_year(dict.fromkeys(("23", "25", "12")[:regions], 1000)), "decided")
    client = client_of(admin)
    with django_assert_num_queries(5):
        assert f"{regions} av {regions} regioner har inte beslutat" in text_of(client.get("/funding/2023/to/closed/"))


def test_two_admins_reopen_on_the_page(year, admin, second_admin, client_of):
    moved_to(year, "closed")
    client_of(admin).post("/funding/2023/to/decided/", {"reason": "En faktura rättades."})
    asked = Reopening.objects.get()
    address = f"/funding/2023/reopenings/{asked.public_id}/confirm/"
    own = client_of(admin).get("/funding/2023/").content.decode()
    assert ("En faktura rättades." in own, address in own) == (True, False)
    refused = client_of(admin).post(address, follow=True)
    assert "En annan administratör än den som bad om det ska bekräfta" in text_of(refused)
    assert state_of(year) == "closed"
    other = client_of(second_admin)
    assert address in other.get("/funding/2023/").content.decode()
    assert "Finansieringsår 2023 är öppnat igen." in text_of(other.post(address, follow=True))
    assert state_of(year) == "decided"


def test_a_request_is_declined_on_the_page(year, admin, client_of):
    moved_to(year, "closed")
    asked = ask_to_reopen(by=admin, funding_year=year, reason="En faktura rättades.")
    response = client_of(admin).post(f"/funding/2023/reopenings/{asked.public_id}/decline/", follow=True)
    assert "Finansieringsår 2023 förblir stängt." in text_of(response)
    assert client_of(admin).post(f"/funding/2024/reopenings/{asked.public_id}/decline/").status_code == 404


@pytest.mark.parametrize(
    ("path", "data", "field", "sentence"),
    [
        ("decided", {"taken_on": ""}, "taken_on", "Ange datumet."),
        ("decided", {"taken_on": "i våras"}, "taken_on", "Skriv datumet som år-månad-dag, till exempel 2026-12-02."),
        (
            "decided",
            {"taken_on": "2999-01-01"},
            "taken_on",
            "Datumet ligger i framtiden. Skriv dagens datum eller ett tidigare.",
        ),
        (
            "decided",
            {"taken_on": "2022-04-05"},
            "taken_on",
            "Steget före togs 6 april 2022. Skriv den dagen eller en senare.",
        ),
        ("open", {"reason": "  "}, "reason", "Skriv varför: steget går tillbaka."),
    ],
)
def test_bad_input_to_a_step_is_a_sentence(path, data, field, sentence, year, admin, client_of):
    moved_to(year, "proposed", taken_on=date(2022, 4, 6))
    form = client_of(admin).post(f"/funding/2023/to/{path}/", data).context["form"]
    assert (dict(form.errors), form[field].value()) == ({field: [sentence]}, data[field])
    assert state_of(year) == "proposed"


def test_a_step_that_someone_else_took_first_is_told(year, admin, client_of):
    moved_to(year, "proposed")
    response = client_of(admin).post("/funding/2023/to/proposed/", {"taken_on": "2022-04-06"}, follow=True)
    assert "Finansieringsår 2023 är numera ”föreslaget”" in text_of(response)
    assert YearStep.objects.count() == 1


def test_the_reason_of_a_step_that_is_no_longer_there_stands_to_be_copied(year, admin, client_of):
    moved_to(year, "closed")
    response = client_of(admin).post("/funding/2023/to/open/", {"reason": "Ett långt skäl"})
    assert response.status_code == 409
    told = text_of(response)
    assert "Finansieringsår 2023 är numera ”stängt”" in told
    assert "Ett långt skäl" in told
    assert state_of(year) == "closed"


def test_an_unknown_state_is_404(year, admin, client_of):
    assert client_of(admin).get("/funding/2023/to/nowhere/").status_code == 404


@pytest.mark.parametrize("role", ["secretariat", "buyer", "reader"])
def test_only_an_admin_takes_steps(role, year, admin, request, client_of):
    client = client_of(request.getfixturevalue(role))
    assert client.post("/funding/2023/to/proposed/", {"taken_on": "2022-04-06"}).status_code == 403
    assert "/funding/2023/to/" not in client.get("/funding/2023/").content.decode()
    moved_to(year, "closed")
    asked = ask_to_reopen(by=admin, funding_year=year, reason="En faktura rättades.")
    for answer in ("confirm", "decline"):
        assert client.post(f"/funding/2023/reopenings/{asked.public_id}/{answer}/").status_code == 403
    assert state_of(year) == "closed"


def test_a_step_long_before_its_year_is_a_slip(year, admin):
    with pytest.raises(ValidationError) as refused:
        move_year(by=admin, funding_year=year, target="proposed", taken_on=date(1000, 1, 1))
    assert list(refused.value.message_dict) == ["taken_on"]
    assert (state_of(year), YearStep.objects.count()) == ("open", 0)
