"""What regions decide: which amount a year follows, and what is refused."""

import io
from datetime import date

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction

from funding.actions.bases import enter_basis
from funding.actions.decisions import withdraw_decision
from funding.models import Contribution, FundingYear, RegionDecision
from funding.queries.decisions import exceeded
from funding.queries.figures import contributions_with_figures, year_figures, years_visible_to
from tests.funding.factories import MEMO, decided, moved_to, opened_year, paid, text_of

pytestmark = pytest.mark.django_db
PROPOSED = date(2022, 4, 6)
DECIDE = "/funding/2023/regions/23/decide/"
FORM = {
    "amount_ore": "131 418",
    "ore_per_inhabitant": "",
    "valid_from_year": "2023",
    "valid_to_year": "",
    "decided_on": "2022-06-01",
    "body": "Regionstyrelsen",
    "registration_number": "RS/29/2022",
}


@pytest.fixture
def year() -> FundingYear:
    return moved_to(opened_year({"23": 132_054, "25": 249_693}), "proposed", taken_on=PROPOSED)


def amounts(year: int, code: str = "23") -> tuple[int, int | None, int]:
    each = contributions_with_figures().get(funding_year__year=year, region__code=code)
    return each.computed_ore, each.decided_ore, each.owed_ore


def test_the_memos_standing_decision_is_followed_in_this_year_and_later_ones(year):
    decided("23", amount_ore=13_141_800)
    assert amounts(2023) == (13_205_400, 13_141_800, 13_141_800)
    assert amounts(2023, "25") == (24_969_300, None, 24_969_300)
    opened_year({}, year=2024)
    assert amounts(2024) == (13_205_400, 13_141_800, 13_141_800)


def test_a_decision_for_one_year_goes_before_and_the_standing_one_comes_back(year):
    decided("23", amount_ore=100_00)
    decided("23", amount_ore=50_00, valid_from_year=2023, valid_to_year=2023, decided_on=date(2022, 9, 1))
    opened_year({}, year=2024)
    assert (amounts(2023)[1], amounts(2024)[1]) == (50_00, 100_00)


def test_a_decision_for_several_years_ends(year):
    decided("23", amount_ore=100_00, valid_to_year=2024)
    for number in (2024, 2025):
        opened_year({}, year=number)
    assert [amounts(number)[1] for number in (2023, 2024, 2025)] == [100_00, 100_00, None]


@pytest.mark.parametrize(("population", "ore", "kronor"), [(131_418, 50, 65_709), (101, 50, 51), (99, 50, 50)])
def test_a_decided_rate_is_rounded_as_the_year_is(population, ore, kronor, year, admin):
    contribution = Contribution.objects.get(region__code="23")
    FundingYear.objects.update(state="open")
    enter_basis(by=admin, contribution=contribution, version=1, **MEMO | {"population": population})
    moved_to(year, "proposed", taken_on=PROPOSED)
    decided("23", ore_per_inhabitant=ore)
    assert amounts(2023)[1] == kronor * 100


def test_to_pay_nothing_is_a_decision_and_a_missing_one_is_not(year):
    decided("23", amount_ore=0)
    figures = year_figures(year)
    assert [each.region.code for each in figures.undecided] == ["25"]
    assert [each.region.code for each in figures.differing] == ["23"]
    assert (figures.sum_ore, figures.decided_ore, figures.decided, figures.owed_ore) == (
        38_174_700,
        0,
        1,
        24_969_300,
    )


def test_the_list_of_years_sums_what_the_year_sums(year, admin):
    decided("23", amount_ore=13_141_800)
    listed, figures = years_visible_to(admin)[0], year_figures(year)
    assert (listed.sum_ore, listed.decided_ore, listed.population, listed.regions_counted) == (
        figures.sum_ore,
        figures.decided_ore,
        figures.population,
        2,
    )
    assert listed.decided_ore == 13_141_800


def test_a_closed_year_does_not_follow_a_later_decision(year):
    moved_to(year, "closed")
    decided("23", amount_ore=13_141_800)
    assert amounts(2023)[1] is None
    opened_year({}, year=2024)
    assert amounts(2024)[1] == 13_141_800


def test_a_decision_for_closed_years_alone_is_refused(year):
    moved_to(year, "closed")
    with pytest.raises(ValidationError) as refused:
        decided("23", amount_ore=13_141_800, valid_to_year=2023)
    assert list(refused.value.message_dict) == ["valid_from_year"]
    assert not RegionDecision.objects.exists()


def test_the_same_decision_is_registered_once(year):
    decided("23", amount_ore=13_141_800)
    with pytest.raises(ValidationError) as refused:
        decided("23", amount_ore=13_141_800)
    assert list(refused.value.message_dict) == ["registration_number"]
    decided("25", amount_ore=13_141_800)
    assert RegionDecision.objects.count() == 2


def test_a_closed_years_page_offers_no_decision_and_says_what_it_does_not_follow(year, admin, client_of):
    page = f"/funding/{year.year}/regions/23/"
    assert "Registrera ett beslut" in text_of(client_of(admin).get(page))
    moved_to(year, "closed")
    decided("23", amount_ore=13_141_800)
    told = text_of(client_of(admin).get(page))
    assert "Registrera ett beslut" not in told
    assert "följs inte: året är stängt" in told


def test_a_withdrawn_decision_gives_way_to_the_one_before(year, admin):
    decided("23", amount_ore=100_00)
    wrong = decided("23", amount_ore=50_00, decided_on=date(2022, 9, 1))
    withdraw_decision(by=admin, decision=wrong, reason="Fel region.")
    assert amounts(2023)[1] == 100_00
    wrong.refresh_from_db()
    assert (wrong.withdrawn_by.user, wrong.withdrawn_reason, wrong.amount_ore) == (admin, "Fel region.", 50_00)
    with pytest.raises(ValidationError):
        withdraw_decision(by=admin, decision=wrong, reason="Igen.")


def test_what_a_closed_year_stands_on_is_not_withdrawn(year, admin):
    decision = decided("23", amount_ore=100_00)
    moved_to(year, "closed")
    with pytest.raises(ValidationError):
        withdraw_decision(by=admin, decision=decision, reason="Fel.")
    for change in ({"withdrawn_reason": "x"}, {"amount_ore": 5}):
        with pytest.raises(DatabaseError, match=r"closed_year_stays|Cannot"), transaction.atomic():
            RegionDecision.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Contribution.objects.update(decision=None)
    assert amounts(2023)[1] == 100_00


def test_a_decision_stays_as_it_was_decided(year):
    decided("23", amount_ore=100_00)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        RegionDecision.objects.update(amount_ore=5)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        RegionDecision.objects.all()._raw_delete("default")


def test_the_database_lets_no_year_stand_on_a_decision_of_another_region_or_year(year):
    foreign = decided("25", amount_ore=100_00)
    earlier = decided("23", amount_ore=100_00, valid_to_year=2023)
    opened_year({}, year=2024)
    for decision, number in ((foreign, 2023), (earlier, 2024)):
        with pytest.raises(IntegrityError, match="decision_of_region_and_year"), transaction.atomic():
            Contribution.objects.filter(region__code="23", funding_year__year=number).update(decision=decision)


@pytest.mark.parametrize(
    "values",
    [
        {"amount_ore": None},
        {"amount_ore": -1},
        {"ore_per_inhabitant": 50},
        {"amount_ore": None, "ore_per_inhabitant": 501},
        {"valid_to_year": 2022},
        {"body": ""},
        {"registration_number": ""},
    ],
)
def test_a_decision_that_breaks_a_rule_is_not_written(values, year):
    with pytest.raises(ValidationError):
        decided("23", **{"amount_ore": 100_00} | values)
    assert not RegionDecision.objects.exists()


# --- The pages ---------------------------------------------------------------------------------------------


def test_an_admin_registers_a_decision_with_its_paper(year, admin, reader, client_of):
    upload = SimpleUploadedFile("beslut.pdf", pdf(), content_type="application/pdf")
    response = client_of(admin).post(DECIDE, FORM | {"document": upload}, follow=True)
    text = text_of(response)
    assert response.redirect_chain == [("/funding/2023/regions/23/", 302)]
    assert "131 418 kr beslutat belopp Regionstyrelsen 1 juni 2022, RS/29/2022" in text
    assert "från 2023 tills vidare" in text
    decision = RegionDecision.objects.get()
    assert (decision.amount_ore, decision.valid_to_year, decision.created_by.user) == (13_141_800, None, admin)
    page = text_of(client_of(reader).get("/funding/2023/"))
    assert "132 054 kr – 34,6 % 131 418 kr" in page
    assert "1 av 2 regioner har beslutat" in page
    paper = client_of(reader).get(f"/funding/decisions/{decision.public_id}/document/")
    assert b"".join(paper.streaming_content) == decision.document.read()


def pdf() -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"decided_on": "2022-04-05"}, "decided_on", "Året föreslogs 6 april 2022. Beslutet kan inte vara äldre."),
        ({"decided_on": ""}, "decided_on", "Ange beslutets datum."),
        ({"amount_ore": ""}, "amount_ore", "Skriv beloppet, eller nedan beloppet per invånare."),
        ({"amount_ore": "-1"}, "amount_ore", "Beloppet kan inte vara mindre än 0."),
        ({"amount_ore": "9" * 14}, "amount_ore", "Beloppet får vara högst 100 000 000 kr."),
        (
            {"ore_per_inhabitant": "100"},
            "ore_per_inhabitant",
            "Det finns redan ett belopp. Lämna det ena av de två fälten tomt.",
        ),
        (
            {"valid_from_year": "2030"},
            "valid_from_year",
            "Finansieringsår 2030 har inte föreslagits för regionerna ännu.",
        ),
        ({"valid_to_year": "2022"}, "valid_to_year", "Det sista året får inte vara före det första."),
        ({"body": ""}, "body", "Ange vem som beslutade."),
        ({"registration_number": " "}, "registration_number", "Ange beslutets diarienummer."),
    ],
)
def test_bad_input_is_a_sentence_at_its_field(changed, field, sentence, year, admin, client_of):
    form = client_of(admin).post(DECIDE, FORM | changed).context["form"]
    assert dict(form.errors) == {field: [sentence]}
    assert {name: form[name].value() for name in changed} == changed
    assert not RegionDecision.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({"amount_ore": "100 000"}, ["249 693 kr är redan betalt för 2023, mer än de 100 000 kr som beslutet ger."]),
        (
            {"amount_ore": "", "ore_per_inhabitant": "10"},
            [
                "249 693 kr är redan betalt för 2023, mer än de 24 969 kr som beslutet ger.",
                "40 000 kr är redan fakturerat för 2024, mer än de 24 969 kr som beslutet ger.",
            ],
        ),
        ({"amount_ore": "30 000", "valid_from_year": "2024", "decided_on": "2023-04-07"}, [40_000]),
    ],
)
def test_a_decision_on_less_than_is_paid_is_asked_about_and_then_registered(changed, sentences, year, admin, client_of):
    moved_to(opened_year({}, year=2024), "proposed", taken_on=date(2022, 4, 7))
    paid("25", "4001", 249_693_00, paid_ore=249_693_00)
    paid("25", "4002", 40_000_00, year=2024, paid_ore=1_00)
    address, sent = DECIDE.replace("/23/", "/25/"), FORM | {"valid_from_year": "2023"} | changed
    assert "Beslutet stämmer" not in text_of(client_of(admin).get(address))
    page = client_of(admin).post(address, sent)
    form = page.context["form"]
    if sentences == [40_000]:
        sentences = ["40 000 kr är redan fakturerat för 2024, mer än de 30 000 kr som beslutet ger."]
    told = [each.replace("\N{NO-BREAK SPACE}", " ") for each in form.errors["confirms_payments"]]
    assert (told, list(form.errors)) == (
        [*sentences, "Kryssa i rutan om beslutet ska registreras ändå."],
        ["confirms_payments"],
    )
    assert {name: form[name].value() for name in sent} == sent
    assert "Beslutet stämmer ändå" in text_of(page)
    assert not RegionDecision.objects.exists()
    assert client_of(admin).post(address, sent | {"confirms_payments": "on"}).status_code == 302
    assert RegionDecision.objects.get().contributions.count() == (1 if changed.get("valid_from_year") else 2)


def test_the_paper_of_a_decision_that_is_asked_about_is_asked_for_again(year, admin, client_of):
    paid("25", "4001", 249_693_00, paid_ore=None)
    upload = SimpleUploadedFile("beslut.pdf", pdf(), content_type="application/pdf")
    form = client_of(admin).post(DECIDE.replace("/23/", "/25/"), FORM | {"document": upload}).context["form"]
    assert set(form.errors) == {"confirms_payments", "document"}
    assert form.errors["document"] == ["Välj beslut.pdf igen. Webbläsaren har inte behållit filen."]


def test_years_that_do_not_follow_a_decision_ask_nothing_of_it(year):
    """One is closed, and in the other a later decision holds."""
    closed = opened_year({}, year=2022)
    paid("25", "4001", 100_000_00, paid_ore=100_000_00)
    paid("25", "4002", 100_000_00, year=2022, paid_ore=100_000_00)
    moved_to(closed, "closed", taken_on=PROPOSED)
    decided("25", amount_ore=100_000_00, decided_on=date(2022, 9, 1))
    decided("25", amount_ore=5_00, valid_from_year=2022)
    assert amounts(2023, "25")[1] == 100_000_00


@pytest.mark.parametrize("years", [1, 3])
def test_what_a_decision_leaves_beyond_it_is_one_query(years, year, django_assert_num_queries):
    decision = decided("25", amount_ore=100_00)
    for number in range(2023, 2023 + years):
        if number > 2023:
            opened_year({}, year=number)
        paid("25", f"F-{number}", 100_01, year=number, paid_ore=None)
    with django_assert_num_queries(1):
        assert [each.funding_year.year for each in exceeded(decision)] == list(range(2023, 2023 + years))


def test_a_year_that_is_only_open_has_nothing_to_decide_on(year, admin, client_of):
    opened_year({}, year=2024)
    form = client_of(admin).post(DECIDE, FORM | {"valid_from_year": "2024"}).context["form"]
    assert dict(form.errors) == {"valid_from_year": ["Finansieringsår 2024 har inte föreslagits för regionerna ännu."]}


def test_an_admin_withdraws_on_the_page(year, admin, client_of):
    decision = decided("23", amount_ore=100_00)
    address = f"/funding/2023/regions/23/decisions/{decision.public_id}/withdraw/"
    assert client_of(admin).get(address.replace("/23/dec", "/25/dec")).status_code == 404
    form = client_of(admin).post(address, {"reason": ""}).context["form"]
    assert dict(form.errors) == {"reason": ["Skriv varför beslutet återkallas."]}
    text = text_of(client_of(admin).post(address, {"reason": "Fel region."}, follow=True))
    assert "Beslutet RS/29/2022 är återkallat." in text
    assert "återkallat: Fel region." in text
    assert amounts(2023)[1] is None


@pytest.mark.parametrize("role", ["secretariat", "buyer", "neighbour", "reader"])
def test_all_with_a_role_read_and_only_an_admin_registers(role, year, request, client_of):
    decision = decided("23", amount_ore=100_00)
    client = client_of(request.getfixturevalue(role))
    page = client.get("/funding/2023/regions/23/")
    assert "RS/29/2022" in text_of(page)
    withdraw = f"/funding/2023/regions/23/decisions/{decision.public_id}/withdraw/"
    for path in (DECIDE, withdraw):
        assert path not in page.content.decode()
        assert (client.get(path).status_code, client.post(path, FORM).status_code) == (403, 403)
    assert RegionDecision.objects.get().withdrawn_at is None


def test_a_stranger_sees_no_decision(year, stranger, client_of):
    decided("23", amount_ore=100_00)
    for path in (
        "/funding/2023/regions/23/",
        DECIDE,
        f"/funding/decisions/{RegionDecision.objects.get().public_id}/document/",
    ):
        assert client_of(stranger).get(path).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_regions_page_costs_the_same_with_one_and_three_decisions(
    rows, year, admin, client_of, django_assert_num_queries
):
    for number in range(rows):
        decided("23", amount_ore=100_00, registration_number=f"RS/29/2022-{number}")
    client = client_of(admin)
    with django_assert_num_queries(7):
        assert text_of(client.get("/funding/2023/regions/23/")).count("RS/29/2022") >= rows
