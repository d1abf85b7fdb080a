"""What is there when a case begins: two regions' contracts with a supplier, its contact, a questionnaire, five people."""

from datetime import date

from codeofconduct.actions.contracts import register_contract
from codeofconduct.actions.suppliers import register_supplier
from codeofconduct.models import ClauseVersion, PurchaseCategory, Supplier
from portal.history.models import SystemActor
from regions.models import Region, User
from tests.codeofconduct.factories_suppliers import ContactFactory, FacilityFactory
from tests.followups.assessments import adopted
from tests.journeys.case.beginning import CONTACT
from tests.journeys.case.people import PRIVATE
from tests.people import make_person

BY = SystemActor("test")
SUPPLIER = "Norrmed Instrument AB"
HIDDEN = "Slipverket i Daska"
OUTSIDE = {"supplier": "sara@norrmed.example", "auditor": "rita@revision.example"}


def contract(supplier: Supplier, code: str, title: str) -> None:
    register_contract(
        by=BY,
        region=Region.objects.get(code=code),
        supplier=supplier,
        title=title,
        clause_version=ClauseVersion.objects.get(name="2023"),
        categories=[PurchaseCategory.objects.get(name="Kirurgiska instrument")],
        starts_on=date(2024, 1, 1),
        ends_on=date(2029, 12, 31),
    )


def set_the_scene() -> dict[str, User]:
    """On top of the reference data; the users by their part."""
    supplier = register_supplier(by=BY, name=SUPPLIER, organisation_number="559999-9017")
    contract(supplier, "23", "Kirurgiska instrument, flergångs")
    contract(supplier, "25", "Instrument till operation")
    contract(supplier, "23", f"Provköp, {PRIVATE}")
    ContactFactory(supplier=supplier, name=CONTACT, email=OUTSIDE["supplier"])
    FacilityFactory(supplier=supplier, name=HIDDEN, country="PK", is_confidential=True)
    adopted()
    return {
        "secretariat": named("Karin Kansli", "secretariat"),
        "lead": named("Lena Lindgren", "buyer", "23"),
        "second": named("Nils Norrman", "buyer", "25"),
    }


def named(name: str, role: str, code: str = "") -> User:
    user = make_person(role, code, email=f"{name.split()[0].lower()}@test.example")
    user.name = name
    user.save(update_fields=["name"])
    return user
