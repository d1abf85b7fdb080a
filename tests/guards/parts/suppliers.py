"""The addresses of suppliers, and what of them could leak."""

from datetime import date

from codeofconduct.actions.duplicates import note_suspicions
from codeofconduct.actions.suppliers import add_contact, record_commitment, register_supplier
from codeofconduct.models import CodeVersion, DuplicateSuspicion, Supplier
from portal.files.checks import Upload
from portal.history.models import SystemActor
from tests.guards.rule import COMMON, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, REGION_OF, STAFF, WITH_ROLE, World

ONLY_STAFF = {OWN: STAFF, FOREIGN: STAFF}
# Who works for a region that keeps a contract with the supplier of region 23 or of region 12.
CONTRIBUTORS = {OWN: STAFF | {"buyer", "regional_coordinator"}, FOREIGN: STAFF}
WORKING = dict.fromkeys((OWN, FOREIGN), WITH_ROLE - {"reader"})
RULES: dict[str, Rule] = {
    "codeofconduct:supplier-list": page(),
    "codeofconduct:supplier-register": Rule(SAFE | POST, see={OWN: WITH_ROLE - {"reader"}}),
    "codeofconduct:supplier-detail": Rule(SAFE, "supplier", see=COMMON),
    "codeofconduct:supplier-history": Rule(SAFE, "supplier", see=COMMON),
    "codeofconduct:supplier-edit": Rule(SAFE | POST, "supplier", see=COMMON, do=ONLY_STAFF),
    "codeofconduct:supplier-merge": Rule(
        SAFE | POST, "supplier", see=COMMON, do=ONLY_STAFF, query={"into": "kept_supplier"}
    ),
    "codeofconduct:identifier-add": Rule(SAFE | POST, "supplier", see=COMMON, do=ONLY_STAFF),
    "codeofconduct:identifier-end": Rule(SAFE | POST, "supplier", see=COMMON, do=ONLY_STAFF),
    "codeofconduct:contact-list": Rule(SAFE, "supplier", see=COMMON, do=WORKING),
    "codeofconduct:contact-add": Rule(SAFE | POST, "supplier", see=COMMON, do=CONTRIBUTORS),
    "codeofconduct:contact-edit": Rule(SAFE | POST, "contact", see=WORKING, do=CONTRIBUTORS),
    "codeofconduct:commitment-add": Rule(SAFE | POST, "supplier", see=COMMON, do=CONTRIBUTORS),
    "codeofconduct:commitment-remove": Rule(SAFE | POST, "commitment", see=COMMON, do=ONLY_STAFF),
    "codeofconduct:commitment-download": Rule(SAFE, "commitment", see=COMMON, do=WORKING),
    "codeofconduct:duplicate-list": Rule(SAFE, see={OWN: STAFF}),
    "codeofconduct:duplicate-compare": Rule(SAFE, "suspicion", see={OWN: STAFF}),
    "codeofconduct:duplicate-dismiss": Rule(POST, "suspicion", see={OWN: STAFF}),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {"codeofconduct:duplicate-dismiss", "codeofconduct:commitment-remove"}
NO_PAGES: set[str] = {"codeofconduct:commitment-download"}


def build(world: World) -> None:
    """A contact and a commitment at each region's supplier, two that are likely the same, and one to be merged into."""
    by = SystemActor("world")
    for which, code in REGION_OF.items():
        supplier = Supplier.objects.get(name=f"Leverantör {code} AB")
        contact = add_contact(by=by, supplier=supplier, name="Eva Ek", email=f"eva{code}@leverantor.example")
        commitment = record_commitment(
            by=by,
            supplier=supplier,
            code_version=CodeVersion.objects.adopted().latest("valid_from"),
            committed_on=date(2024, 5, 1),
            document=Upload(name="kod.pdf", media_type="application/pdf", content=b"%PDF"),
        )
        world.add("contact", which, contact.public_id)
        world.add("commitment", which, commitment.public_id)
        world.add("kept_supplier", which, register_supplier(by=by, name=f"Behållen {code} AB").public_id)
    twin = register_supplier(by=by, name="Leverantören 23 AB")
    note_suspicions(by=by, suppliers=[twin])
    first = DuplicateSuspicion.objects.earliest("pk")
    world.add("suspicion", OWN, first.public_id)
