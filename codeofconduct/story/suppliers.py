"""The demo's suppliers and contracts, all invented. Told once; again changes nothing."""

from dataclasses import dataclass
from datetime import timedelta

from codeofconduct.actions.contracts import register_contract
from codeofconduct.actions.suppliers import register_supplier
from codeofconduct.models import ClauseVersion, PurchaseCategory, Supplier
from portal import clock
from portal.history.models import SystemActor
from regions.models import Region


@dataclass(frozen=True)
class Told:
    """A supplier of the story, what it delivers, and to whom (county codes)."""

    name: str
    organisation_number: str
    category: str
    contract: str
    regions: tuple[str, ...]
    clause: str = "2023"


SUPPLIERS = (
    Told(
        "Norrmed Instrument AB",
        "559999-9017",
        "Kirurgiska instrument",
        "Kirurgiska instrument, flergångs",
        ("23", "25", "24"),
    ),
    Told(
        "Fjällpapper AB", "559999-9082", "Vårdrelaterad papper och plast", "Papper och plast för vården", ("25", "22")
    ),
    Told("Ängsvik Textil AB", "559999-9157", "Tvätt och textilier", "Arbetskläder och patienttextil", ("12", "23")),
    Told("Östervik Läkemedel AB", "559999-9223", "Läkemedel", "Läkemedel på rekvisition", ("14", "01")),
    Told(
        "Handskfabriken i Borås AB",
        "559999-9298",
        "Generella förbrukningsvaror",
        "Undersökningshandskar",
        ("05", "06", "08", "23"),
        "2016",
    ),
    Told("Åkerby Livs AB", "559999-9363", "Livsmedel", "Livsmedel till sjukhuskök", ("03", "19", "20", "21")),
)


def tell(*, by: SystemActor) -> None:
    """Register the suppliers that are not there yet, each with a contract per region."""
    today = clock.today()
    for told in SUPPLIERS:
        if Supplier.objects.filter(name=told.name).exists():
            continue
        supplier = register_supplier(by=by, name=told.name, organisation_number=told.organisation_number)
        for code in told.regions:
            register_contract(
                by=by,
                region=Region.objects.get(code=code),
                supplier=supplier,
                title=told.contract,
                registration_number=f"RS/{100 + int(code)}/{today.year - 1}",
                clause_version=ClauseVersion.objects.get(name=told.clause),
                categories=[PurchaseCategory.objects.get(name=told.category)],
                starts_on=today - timedelta(days=300),
                ends_on=today + timedelta(days=800),
            )
