"""From a supplier's report of a severe deviation to the follow-up that is opened for it, in one step."""

import pytest
from django.urls import reverse

from codeofconduct.queries.categories import prioritised_categories
from followups.actions.severe import link_report
from followups.models import FollowUp
from tests.factories import ClauseVersionFactory, ContractFactory, RegionFactory
from tests.followups.factories import FollowUpFactory
from tests.followups.pages import SUBMISSION, page
from tests.followups.test_severe import reported

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(reference_data):
    """Under an older clause than another contract of the supplier."""
    contract = ContractFactory(
        region=RegionFactory(code="23"),
        category=prioritised_categories().first(),
        clause_version=ClauseVersionFactory(name="2016"),
    )
    ContractFactory(region=contract.region, supplier=contract.supplier)
    return contract


def address_of(report):
    supplier = report.contract.supplier
    return f"{reverse('followups:follow-up-open')}?supplier={supplier.public_id}&report={report.public_id}"


def typed(contract, **changed):
    return {
        "submission": SUBMISSION,
        "category": contract.categories.get().public_id,
        "contracts": [contract.public_id],
        "clause_version": contract.clause_version.public_id,
        "lead_region": "23",
        "planned_on": "",
        "reason": "",
        **changed,
    }


@pytest.mark.parametrize("name", ["severe-detail", "severe-link"])
def test_the_way_to_a_new_follow_up_brings_what_the_report_says(client_of, secretariat, contract, name):
    report = reported(contract)
    client = client_of(secretariat)
    assert address_of(report).replace("&", "&amp;") in client.get(page(name, report)).text
    form = client.get(address_of(report)).context["form"]
    said = {field: form[field].value() for field in ("category", "contracts", "clause_version")}
    assert said == {
        "category": contract.categories.get().public_id,
        "contracts": [contract.public_id],
        "clause_version": contract.clause_version.public_id,
    }


def test_the_report_belongs_to_the_follow_up_as_soon_as_it_is_open(client_of, secretariat, contract):
    report, client = reported(contract), client_of(secretariat)
    wrong = client.post(address_of(report), typed(contract, lead_region="", planned_on="2099-01-02"))
    assert list(wrong.context["form"].errors) == ["lead_region"]
    assert (wrong.context["report"], "2099-01-02" in wrong.text) == (report, True)
    report.refresh_from_db()
    assert report.follow_up is None
    # The second time the follow-up is there, and the other contract could join it.
    for reason in ("", "Dubbelklick"):
        assert client.post(address_of(report), typed(contract, reason=reason)).status_code == 302
    report.refresh_from_db()
    assert report.follow_up == FollowUp.objects.get()
    assert (report.linked_by.user, report.taken_up_by.user) == (secretariat, secretariat)


def test_a_report_that_has_gone_elsewhere_meanwhile_stays_there(client_of, secretariat, contract):
    report, client = reported(contract), client_of(secretariat)
    elsewhere = FollowUpFactory(supplier=contract.supplier)
    link_report(by=secretariat, report=report, follow_up=elsewhere)
    answer = client.post(address_of(report), typed(contract, reason="Ett annat ärende"))
    assert (list(answer.context["form"].errors), "Ett annat ärende" in answer.text) == (["__all__"], True)
    report.refresh_from_db()
    assert (report.follow_up, FollowUp.objects.get()) == (elsewhere, elsewhere)


def test_a_report_of_another_supplier_or_for_others_to_read_brings_nothing(client_of, secretariat, neighbour, contract):
    report, other = reported(contract), ContractFactory(region=RegionFactory(code="25"))
    mixed = address_of(report).replace(contract.supplier.public_id, other.supplier.public_id)
    assert client_of(secretariat).get(mixed).context["report"] is None
    assert client_of(neighbour).get(address_of(report)).context["report"] is None
    assert client_of(secretariat).get(address_of(report).replace(report.public_id, "%00")).context["report"] is None
