"""A basis typed by hand: of which day it may be, and what is asked where it lies far from what is registered."""

from datetime import date

import pytest

from funding.models import Basis, Contribution, FundingYear
from portal.ui.templatetags.formats import integer
from tests.funding.factories import opened_year, population_figure, text_of
from tests.funding.test_views import BASIS, BASIS_FORM

pytestmark = pytest.mark.django_db
HISTORY = "/funding/2023/regions/23/history/"


@pytest.fixture
def year() -> FundingYear:
    return opened_year({"25": 249_693, "23": 132_054})


def dated(day: str, **changed: str) -> dict[str, str]:
    return BASIS_FORM | {"reference_date": day, "undated_reason": ""} | changed


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2022-11-30", None),
        ("2019-12-31", None),
        ("1968-01-01", None),
        (
            "2023-01-01",
            "1 januari 2023 är för sent: folkmängden ska vara räknad innan 2023 börjar. Skriv ett tidigare datum.",
        ),
        ("1967-12-31", "31 december 1967 är för tidigt: folkmängd per region finns från 1968. Kontrollera årtalet."),
        ("1821-12-31", "31 december 1821 är för tidigt: folkmängd per region finns från 1968. Kontrollera årtalet."),
        ("2999-12-31", "Folkmängdens datum kan inte ligga i framtiden."),
    ],
)
def test_a_basis_was_counted_before_its_year_began(day, sentence, year, admin, client_of):
    response = client_of(admin).post(BASIS, dated(day))
    errors = response.context["form"].errors if response.context else {}
    assert dict(errors) == ({"reference_date": [sentence]} if sentence else {})
    assert Basis.objects.count() == (2 if sentence else 3)


@pytest.mark.parametrize(
    ("changed", "registered"),
    [
        (BASIS_FORM | {"population": "13141"}, "132 054 registrerade (skillnad −90,05 %)"),
        (dated("2021-12-31", population="1"), "för 31 december 2021 är 132 054 registrerade (skillnad −100 %)"),
        (dated("2022-11-30", population="139000"), "för 31 december 2021 är 132 054 registrerade (skillnad 5,26 %)"),
        (dated("2019-12-31", population="13141"), "för 31 december 2016 är 128 673 registrerade"),
        (dated("2015-12-31", population="13141"), "för 31 december 2016 är 128 673 registrerade"),
    ],
    ids=["undated", "the same day", "the day before", "of three years", "before all"],
)
def test_a_basis_far_from_what_is_registered_is_asked_about(changed, registered, year, admin, client_of):
    population_figure("23", 128_673, day=date(2016, 12, 31))
    client = client_of(admin)
    assert "confirms_jump" not in client.get(BASIS).text
    response = client.post(BASIS, changed)
    assert list(response.context["form"].errors) == ["confirms_jump"]
    assert f"Du har skrivit {integer(int(changed['population']))} invånare".replace("\xa0", " ") in text_of(response)
    assert registered in text_of(response)
    assert {name: response.context["form"][name].value() for name in changed} == changed
    assert Basis.objects.count() == 2
    assert client.post(BASIS, changed | {"confirms_jump": "on"}).status_code == 302
    assert Contribution.objects.get(region__code="23").basis.population == int(changed["population"])


def test_a_basis_near_what_is_registered_is_not_asked_about(year, admin, client_of):
    wrong = client_of(admin).post(BASIS, BASIS_FORM | {"source": ""})
    assert "confirms_jump" not in wrong.text
    assert client_of(admin).post(BASIS, dated("2014-12-31", population="126000")).status_code == 302


def test_the_history_writes_the_inhabitants_of_a_basis_as_pages_do(year, admin, client_of):
    assert client_of(admin).post(BASIS, BASIS_FORM).status_code == 302
    told = text_of(client_of(admin).get(HISTORY))
    assert "2023: 132 054 → blev" in told
    assert "2023: 131 418" in told
