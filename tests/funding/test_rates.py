"""Rates with their parts: what is registered, and what is refused."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from funding import reference
from funding.actions.rates import register_rate
from funding.models import Rate, RatePart
from portal.history.models import SystemActor
from tests.funding.factories import decided, moved_to, opened_year, paid, text_of

pytestmark = pytest.mark.django_db
FORM = {
    "valid_from_year": "2030",
    "ore_per_inhabitant": "120",
    "parts": "uppförandekoden 40\nmiljöområdet: 10 öre\n\nförstärkt kansli 70",
    "source": "RS/7/2029",
}
REGISTER = "/funding/rates/new/"


def test_the_memos_parts_sum_to_its_rates(reference_data):
    told = {r.valid_from_year: [(p.name, p.ore_per_inhabitant) for p in r.parts.all()] for r in Rate.objects.all()}
    assert told == {
        2016: [("uppförandekoden", 40)],
        2018: [("uppförandekoden", 40), ("miljöområdet", 10)],
        2023: [("uppförandekoden", 40), ("miljöområdet", 10), ("förstärkt gemensamt kansli", 50)],
    }
    reference.load(by=SystemActor("again"))
    assert RatePart.objects.count() == 6


def test_an_admin_registers_a_rate_with_its_parts(admin, client_of):
    response = client_of(admin).post(REGISTER, FORM, follow=True)
    rate = Rate.objects.get()
    assert (rate.valid_from_year, rate.ore_per_inhabitant, rate.source, rate.created_by.user) == (
        2030,
        120,
        "RS/7/2029",
        admin,
    )
    assert list(rate.parts.values_list("name", "ore_per_inhabitant")) == [
        ("uppförandekoden", 40),
        ("miljöområdet", 10),
        ("förstärkt kansli", 70),
    ]
    assert "från 2030 1,20 kr uppförandekoden 40 öre miljöområdet 10 öre förstärkt kansli 70 öre" in text_of(response)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("ore_per_inhabitant", "-1", "Beloppet per invånare ska vara mellan 0 och 500 öre."),
        ("ore_per_inhabitant", "−1", "Beloppet per invånare ska vara mellan 0 och 500 öre."),
        ("ore_per_inhabitant", "1 000", "Beloppet per invånare ska vara mellan 0 och 500 öre."),
        ("ore_per_inhabitant", "1,20", "Skriv beloppet i hela öre, till exempel 100."),
        ("valid_from_year", "2023", "Ett belopp från det här året är redan registrerat."),
        ("valid_from_year", "", "Ange från vilket år beloppet gäller."),
        ("parts", "uppförandekoden 40", "Delarna blir tillsammans 40 öre, men beloppet är 120 öre."),
        ("parts", "kod 40\nresten", "Rad 2: skriv vad delen betalar och dess öre, till exempel ”uppförandekod 40”."),
        ("parts", "öre", "Rad 1: skriv vad delen betalar och dess öre, till exempel ”uppförandekod 40”."),
        ("parts", "miljö 60\nMiljö 60", "Två delar har samma namn. Skriv varje del en gång."),
        ("parts", "", "Skriv minst en del."),
        ("source", "", "Ange beslutet som ger beloppet."),
    ],
)
def test_bad_input_is_a_sentence_at_its_field(field, value, sentence, reference_data, admin, client_of):
    before = Rate.objects.count(), RatePart.objects.count()
    form = client_of(admin).post(REGISTER, FORM | {field: value}).context["form"]
    assert (dict(form.errors), form[field].value()) == ({field: [sentence]}, value)
    assert (Rate.objects.count(), RatePart.objects.count()) == before


@pytest.mark.parametrize("role", ["secretariat", "buyer", "reader"])
def test_only_an_admin_registers_a_rate(role, request, client_of):
    client = client_of(request.getfixturevalue(role))
    assert client.get(REGISTER).status_code == 403
    assert client.post(REGISTER, FORM).status_code == 403
    assert REGISTER not in client.get("/funding/").content.decode()
    assert not Rate.objects.exists()


def test_parts_that_do_not_sum_to_the_rate_are_refused():
    with pytest.raises(ValidationError):
        register_rate(
            by=SystemActor("test"), valid_from_year=2030, ore_per_inhabitant=100, source="x", parts=[("kod", 40)]
        )
    assert not Rate.objects.exists()


def settled(change) -> None:
    """Make the change, and have what waits for the end of the transaction asked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        change()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "change",
    [
        lambda: RatePart.objects.filter(name="miljöområdet").update(ore_per_inhabitant=11),
        lambda: RatePart.objects.filter(name="miljöområdet").delete(),
        lambda: Rate.objects.filter(valid_from_year=2018).update(ore_per_inhabitant=51),
    ],
)
def test_the_database_keeps_the_sum_of_the_parts(change, reference_data):
    with pytest.raises(DatabaseError, match="parts_sum_to_the_rate"):
        settled(change)


@pytest.mark.parametrize("ore", [-1, 1_000])
def test_the_database_refuses_an_impossible_rate(ore, reference_data):
    with pytest.raises(IntegrityError, match="rate_in_range"), transaction.atomic():
        Rate.objects.update(ore_per_inhabitant=ore)


def corrected(rate: Rate, **changes) -> dict[str, str]:
    """What the form sends for the rate with these changes."""
    return {
        "valid_from_year": str(rate.valid_from_year),
        "ore_per_inhabitant": str(rate.ore_per_inhabitant),
        "source": rate.source,
        "parts": "\n".join(f"{part.name} {part.ore_per_inhabitant}" for part in rate.parts.all()),
        "version": str(rate.version),
        **changes,
    }


def test_a_rate_is_corrected_and_opened_years_keep_theirs(admin, client_of, reference_data):
    year = opened_year({}, year=2023, ore=100)
    rate = Rate.objects.get(valid_from_year=2023)
    url = f"/funding/rates/{rate.public_id}/"
    parts = "uppförandekoden 40\nmiljöområdet 10\nförstärkt gemensamt kansli 55"
    client_of(admin).post(url, corrected(rate, ore_per_inhabitant="105", parts=parts))
    rate.refresh_from_db()
    year.refresh_from_db()
    assert (rate.ore_per_inhabitant, rate.version, year.ore_per_inhabitant) == (105, 2, 100)
    assert [part.ore_per_inhabitant for part in rate.parts.all()] == [40, 10, 55]
    told = text_of(client_of(admin).get(url))
    assert "Belopp per invånare 1 kr → blev 1,05 kr" in told
    assert "förstärkt gemensamt kansli" in told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ore_per_inhabitant": "-1"}, "0"),
        ({"ore_per_inhabitant": "1000"}, "500"),
        ({"ore_per_inhabitant": "101"}, "Delarna"),
        ({"valid_from_year": "2018"}, "redan registrerat"),
        ({"source": ""}, "beslut"),
        ({"version": "x"}, "för gammal"),
    ],
)
def test_a_wrong_correction_changes_nothing(admin, client_of, reference_data, changes, sentence):
    rate = Rate.objects.get(valid_from_year=2023)
    response = client_of(admin).post(f"/funding/rates/{rate.public_id}/", corrected(rate, **changes))
    assert sentence in " ".join(str(each) for each in response.context["form"].errors.values())
    rate.refresh_from_db()
    assert (rate.valid_from_year, rate.ore_per_inhabitant, rate.version) == (2023, 100, 1)


def test_who_saves_later_sees_both(admin, client_of, reference_data):
    rate = Rate.objects.get(valid_from_year=2016)
    late, url = corrected(rate, source="Min källa"), f"/funding/rates/{rate.public_id}/"
    client_of(admin).post(url, corrected(rate, source="Andras källa"))
    lost = client_of(admin).post(url, late)
    assert lost.status_code == 409
    assert {"Min källa", "Andras källa"} <= set(re.findall("[A-Z][a-z]+ källa", text_of(lost)))
    assert client_of(admin).post(url, late | {"version": "2"}).status_code == 302
    rate.refresh_from_db()
    assert rate.source == "Min källa"


def test_the_history_of_a_contribution_tells_basis_decision_and_payment(admin, reader, client_of):
    year = moved_to(opened_year({"23": 131_418, "25": 250_000}), "proposed", taken_on=date(2022, 4, 6))
    decided("23", amount_ore=13_141_800)
    paid("23", "F-1", 13_141_800)
    paid("25", "F-2", 100)
    url = f"/funding/{year.year}/regions/23/"
    assert f"{url}history/" in client_of(reader).get(url).content.decode()
    told = text_of(client_of(reader).get(f"{url}history/"))
    assert [word for word in ("RS/29/2022", "F-1", "131 418") if word not in told] == [], told
    assert "F-2" not in told
