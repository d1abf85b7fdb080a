"""Rates with their parts: what is registered, and what is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from funding import reference
from funding.actions.rates import register_rate
from funding.models import Rate, RatePart
from portal.history.models import SystemActor
from tests.funding.factories import text_of

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
