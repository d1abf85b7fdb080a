"""Contracts: who keeps them, what they say, which of them need attention."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from codeofconduct.actions.contracts import add_contracting_body, register_contract, revise_contract, set_parameters
from codeofconduct.models import ClauseParameter, Contract, ContractingBody, ContractParty, CpvCode
from codeofconduct.presentation.contracts import attention_tiles
from codeofconduct.queries.contracts import contract_sums, contracts_listed
from portal import clock
from portal.history.models import SystemActor
from portal.history.versions import StaleVersionError
from tests.factories import (
    CategoryFactory,
    ClauseVersionFactory,
    ContractFactory,
    RegionFactory,
    SupplierFactory,
)

pytestmark = pytest.mark.django_db
SYSTEM = SystemActor("test")
LIST = "/contracts/"


def in_days(days: int):
    return clock.today() + timedelta(days=days)


def typed(contract: Contract, **changes: object) -> dict[str, object]:
    """What the edit page sends for the contract."""
    return {
        "version": contract.version,
        "title": contract.title,
        "categories": [category.public_id for category in contract.categories.all()],
        "clause_version": contract.clause_version.public_id,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat(),
    } | changes


@pytest.fixture
def contract():
    return ContractFactory(region=RegionFactory(code="23"), category=CategoryFactory(), title="Handskar")


def test_buyer_corrects_the_own_contract(client_of, buyer, contract):
    CpvCode.objects.create(code="33141420-0", name_sv="Operationshandskar")
    form = typed(
        contract,
        yearly_value_ore="1 250 000,50",
        cpv_codes="33141420",
        options="1 + 1 år",
        extendable_until_on="2031-12-31",
        parties=["25"],
        uses_requirement_set="on",
    )
    RegionFactory(code="25")
    answer = client_of(buyer).post(f"{LIST}{contract.public_id}/edit/", form)
    assert answer.headers["Location"] == f"{LIST}{contract.public_id}/"
    contract.refresh_from_db()
    assert (contract.yearly_value_ore, contract.options, contract.uses_requirement_set) == (
        125_000_050,
        "1 + 1 år",
        True,
    )
    assert [code.code for code in contract.cpv_codes.all()] == ["33141420-0"]
    assert [region.code for region in contract.parties.all()] == ["25"]
    assert contract.version == 2


def test_the_region_and_the_supplier_of_a_contract_stay_whatever_is_sent(client_of, buyer, contract):
    other = SupplierFactory()
    sent = typed(contract, title="Nytt", region=RegionFactory(code="25").code, supplier=other.public_id)
    assert client_of(buyer).post(f"{LIST}{contract.public_id}/edit/", sent).status_code == 302
    kept = Contract.objects.get()
    assert (kept.title, kept.region.code, kept.supplier) == ("Nytt", "23", contract.supplier)


def test_who_works_for_one_region_finds_it_chosen(client_of, buyer, secretariat, contract):
    page = f"/suppliers/{contract.supplier.public_id}/contracts/new/"
    chosen = [client_of(user).get(page).context["form"]["region"].value() for user in (buyer, secretariat)]
    assert chosen == ["23", None]


def test_clause_version_is_the_secretariats_to_correct(client_of, buyer, secretariat, contract):
    other = ClauseVersionFactory(name="2016")
    form = typed(contract, clause_version=other.public_id)
    for user, name in ((buyer, "2023"), (secretariat, "2016")):
        contract.refresh_from_db()
        client_of(user).post(f"{LIST}{contract.public_id}/edit/", form | {"version": contract.version})
        contract.refresh_from_db()
        assert contract.clause_version.name == name


def test_a_party_reads_the_joint_contract_and_does_not_change_it(client_of, neighbour, contract):
    page = f"{LIST}{contract.public_id}/"
    client = client_of(neighbour)
    assert client.get(page).status_code == 404
    ContractParty.objects.create(contract=contract, region=RegionFactory(code="25"))
    assert "Handskar" in client.get(page).content.decode()
    assert client.get(f"{page}edit/").status_code == 403


def test_lost_race_keeps_what_was_typed(client_of, buyer, contract):
    form = typed(contract, title="Min titel")
    Contract.objects.filter(pk=contract.pk).update(title="Deras titel", version=2)
    answer = client_of(buyer).post(f"{LIST}{contract.public_id}/edit/", form)
    shown = answer.content.decode()
    assert (answer.status_code, "Min" in shown, "Deras" in shown) == (409, True, True)
    assert Contract.objects.get().title == "Deras titel"


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("cpv_codes", "33141420-0, 99999999", "Det finns ingen CPV-kod 33141420-0 i portalen."),
        ("ends_on", "2001-01-01", "Sista dagen får inte vara före första dagen."),
        ("extendable_until_on", "2001-01-01", "Dagen som det kan förlängas till får inte vara före sista dagen."),
        ("yearly_value_ore", "-5", "Beloppet kan inte vara mindre än 0."),
    ],
)
def test_bad_input_gets_one_sentence_and_writes_nothing(client_of, buyer, contract, field, text, sentence):
    answer = client_of(buyer).post(f"{LIST}{contract.public_id}/edit/", typed(contract, **{field: text}))
    assert [error.startswith(sentence) for error in answer.context["form"].errors[field]] == [True]
    assert text in answer.content.decode()
    contract.refresh_from_db()
    assert contract.version == 1


def test_parameters_have_defaults_on_the_version_and_values_on_the_contract(client_of, buyer, reference_data):
    clause = ClauseVersionFactory(name="2023")
    contract = ContractFactory(region=RegionFactory(code="23"), clause_version=clause)
    page, client = f"{LIST}{contract.public_id}/parameters/", client_of(buyer)
    answer = client.post(page, {"version": 1, "parameter-penalty": "25000", "parameter-severe_report": ""})
    assert answer.status_code == 302
    assert {row.parameter.key: row.value for row in contract.contract_parameters.all()} == {"penalty": 25_000}
    answer = client.post(page, {"version": 2, "parameter-penalty": "", "parameter-severe_report": "1"})
    assert {row.parameter.key: row.value for row in contract.contract_parameters.all()} == {"severe_report": 1}
    shown = client.get(f"{LIST}{contract.public_id}/").text
    assert "1 vecka" in shown
    assert f"/requirements/documents/clause/{contract.clause_version.public_id}/" in shown
    answer = client.post(page, {"version": 3, "parameter-penalty": "-1"})
    assert list(answer.context["form"].errors) == ["parameter-penalty"]


def test_parameter_of_another_version_is_refused(reference_data, contract):
    foreign = ClauseParameter.objects.get(clause_version__name="2023", key="penalty")
    other = ContractFactory(clause_version=ClauseVersionFactory(name="2016"))
    with pytest.raises(ValidationError):
        set_parameters(by=SYSTEM, contract=other, seen=1, values={foreign: 1})
    assert other.contract_parameters.count() == 0


def test_another_clause_version_takes_the_own_values_away(reference_data):
    clause = ClauseVersionFactory(name="2023")
    contract = ContractFactory(clause_version=clause)
    set_parameters(by=SYSTEM, contract=contract, seen=1, values={clause.parameters.get(key="penalty"): 5})
    facts = {name: getattr(contract, name) for name in ("title", "starts_on", "ends_on")}
    other = ClauseVersionFactory(name="2016")
    revise_contract(
        by=SYSTEM, contract=contract, seen=2, categories=[], cpv_codes=[], parties=[], clause_version=other, **facts
    )
    assert contract.contract_parameters.count() == 0
    with pytest.raises(StaleVersionError):
        revise_contract(
            by=SYSTEM, contract=contract, seen=2, categories=[], cpv_codes=[], parties=[], clause_version=other, **facts
        )


def test_nothing_is_registered_with_a_supplier_that_was_merged(contract):
    gone = SupplierFactory(merged_into=contract.supplier, merged_at=clock.now(), merged_by=contract.created_by)
    facts = {name: getattr(contract, name) for name in ("region", "title", "clause_version", "starts_on", "ends_on")}
    with pytest.raises(ValidationError):
        register_contract(by=SYSTEM, supplier=gone, categories=[], **facts)
    assert gone.contracts.count() == 0


def test_the_form_of_a_merged_supplier_is_that_of_the_kept_one(client_of, buyer, contract):
    kept = contract.supplier
    gone = SupplierFactory(merged_into=kept, merged_at=clock.now(), merged_by=contract.created_by)
    answer = client_of(buyer).get(f"/suppliers/{gone.public_id}/contracts/new/")
    assert answer.url == f"/suppliers/{kept.public_id}/contracts/new/"


# --- The list -----------------------------------------------------------------------------------------------------


@pytest.fixture
def several(contract):
    """Four contracts of region 23 that differ in what the list is narrowed by."""
    parent = CategoryFactory(name="Förbrukning")
    child = CategoryFactory(name="Handskar och förkläden", parent=parent)
    ContractFactory(title="Snart slut", ends_on=in_days(20), starts_on=in_days(-20), category=child)
    ContractFactory(title="Gammalt villkor", clause_version=ClauseVersionFactory(name="2016"), yearly_value_ore=100)
    ContractFactory(title="Slut", starts_on=in_days(-20), ends_on=in_days(-1), uses_requirement_set=True)
    return parent


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("expiring=30", {"Snart slut"}),
        ("clause=replaced", {"Gammalt villkor"}),
        ("running=ended", {"Slut"}),
        ("requirement_set=yes", {"Slut"}),
        ("q=handsk", {"Handskar"}),
        ("region=25", set()),
    ],
)
def test_list_is_narrowed_by_its_address(client_of, buyer, several, query, titles):
    RegionFactory(code="25")
    page = client_of(buyer).get(f"{LIST}?{query}").context["page"]
    assert {row.title for row in page.rows} == titles


def test_category_includes_what_stands_below_it(secretariat, several):
    assert {row.title for row in contracts_listed(secretariat, {"category": several})} == {"Snart slut"}


def test_sums_say_how_many_state_no_value(secretariat, several):
    sums = contract_sums(contracts_listed(secretariat, {}))
    assert sums == {"contracts": 4, "value_ore": 100, "without_value": 3}


def test_list_takes_as_many_queries_for_three_rows_as_for_one(client_of, buyer, contract, django_assert_num_queries):
    client = client_of(buyer)
    client.get(LIST)
    with django_assert_num_queries(12):
        client.get(LIST)
    for number in range(2):
        ContractFactory(category=CategoryFactory(name=f"Kategori {number}"))
    with django_assert_num_queries(12):
        client.get(LIST)


def test_start_page_tells_the_buyer_what_expires(client_of, buyer, neighbour, several):
    link = f"{LIST}?region=23&amp;expiring=90"
    assert link in client_of(buyer).get("/").content.decode()
    assert "expiring=90" not in client_of(neighbour).get("/").content.decode()


def test_start_page_counts_what_its_link_lists(buyer, client_of):
    own, other = RegionFactory(code="23"), RegionFactory(code="12")
    ContractFactory(region=own, title="Eget", starts_on=in_days(-20), ends_on=in_days(90))
    ContractFactory(region=other, title="Andras", starts_on=in_days(-20), ends_on=in_days(30))
    joint = ContractFactory(region=other, title="Gemensamt", starts_on=in_days(-20), ends_on=in_days(0))
    ContractParty.objects.create(contract=joint, region=own)
    (tile,) = attention_tiles(buyer)
    page = client_of(buyer).get(tile.url).context["page"]
    assert (tile.figure, [row.title for row in page.rows]) == (2, ["Eget", "Gemensamt"])
    assert tile.note.startswith("Gemensamt · ")


@pytest.mark.parametrize(
    ("starts", "ends", "is_listed"),
    [(-20, 90, True), (-20, 91, False), (-20, 0, True), (-20, -1, False), (0, 30, True), (1, 30, False)],
)
def test_what_expires_runs_today_and_ends_within_the_days(secretariat, starts, ends, is_listed):
    ContractFactory(starts_on=in_days(starts), ends_on=in_days(ends))
    assert contracts_listed(secretariat, {"expiring": 90}).exists() is is_listed


def test_history_speaks_of_kronor_and_of_the_rows_beside(client_of, buyer, contract):
    CpvCode.objects.create(code="33141420-0", name_sv="Operationshandskar")
    form = typed(contract, yearly_value_ore="1250000,50", cpv_codes="33141420")
    client_of(buyer).post(f"{LIST}{contract.public_id}/edit/", form)
    shown = client_of(buyer).get(f"{LIST}{contract.public_id}/").content.decode()
    assert ("1\xa0250\xa0000,50\xa0kr" in shown, "Avtalets CPV-kod" in shown, "Contract" in shown) == (
        True,
        True,
        False,
    )


def test_history_tells_who_changed_what(client_of, buyer, contract):
    client_of(buyer).post(f"{LIST}{contract.public_id}/edit/", typed(contract, title="Handskar, nya"))
    changes = client_of(buyer).get(f"{LIST}{contract.public_id}/").context["changes"]
    told = [(change.who, [(f.before, f.after) for f in change.fields]) for change in changes.rows if change.fields]
    assert told == [(str(buyer), [("Handskar", "Handskar, nya")])]


# --- Joint bodies -------------------------------------------------------------------------------------------------

BODIES = f"{LIST}bodies/"


def test_a_joint_body_is_added_and_can_be_chosen(client_of, secretariat, buyer, contract):
    told = {"name": "Varuförsörjningen", "organisation_number": "2321000214"}
    assert client_of(secretariat).post(BODIES, told).url == BODIES
    body = ContractingBody.objects.get()
    assert (body.organisation_number, body.created_by.user) == ("232100-0214", secretariat)
    client_of(buyer).post(f"{LIST}{contract.public_id}/edit/", typed(contract, contracting_body=body.public_id))
    assert list(body.contracts.all()) == [contract]
    assert [row.contract_count for row in client_of(secretariat).get(BODIES).context["page"].rows] == [1]


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "ADDA"}, "name"),
        ({"name": "Ny", "organisation_number": "232100-0215"}, "organisation_number"),
    ],
)
def test_a_joint_body_that_is_there_or_wrong_is_refused(client_of, secretariat, told, wrong):
    add_contracting_body(by=SYSTEM, name="Adda")
    page = client_of(secretariat).post(BODIES, told)
    assert set(page.context["form"].errors) == {wrong}
    assert ContractingBody.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_joint_bodies_take_the_same_queries(client_of, secretariat, django_assert_num_queries, count):
    for number in range(count):
        add_contracting_body(by=SYSTEM, name=f"Nämnd {number}")
    client = client_of(secretariat)
    client.get(BODIES)
    with django_assert_num_queries(4):
        client.get(BODIES)
