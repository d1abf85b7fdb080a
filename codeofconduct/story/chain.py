"""Where the story's goods are made, who owns whom, and whom one writes to; all invented. Told once."""

from dataclasses import dataclass
from datetime import date

from codeofconduct.actions.chain import add_facility, link_facility
from codeofconduct.actions.suppliers import (
    add_contact,
    add_identifier,
    record_commitment,
    register_supplier,
    revise_supplier,
)
from codeofconduct.enums import Scheme, Stage
from codeofconduct.models import CodeVersion, Contract, Facility, Supplier, SupplyLink
from portal.history.models import SystemActor

GROUP = "Nordtextil Group Oy"


@dataclass(frozen=True)
class Site:
    """A facility of the story, and the one (by name) that it delivers to; without one, right to the supplier."""

    name: str
    country: str
    city: str
    stage: Stage
    product: str
    tier: int = 1
    delivers_to: str = ""
    is_confidential: bool = True
    os_id: str = ""


CHAINS = {
    "Ängsvik Textil AB": (
        Site("Ängsvik Sömnad Dhaka", "BD", "Dhaka", Stage.FINAL_MANUFACTURE, "Arbetsbyxor"),
        Site("Väveriet Tiruppur", "IN", "Tiruppur", Stage.PROCESSING, "Tyg", 2, "Ängsvik Sömnad Dhaka"),
        Site("Spinneriet Coimbatore", "IN", "Coimbatore", Stage.PROCESSING, "Garn", 3, "Väveriet Tiruppur"),
        Site("Bomullsrenseriet Izmir", "TR", "Izmir", Stage.RAW_MATERIAL, "Bomull", 4, "Spinneriet Coimbatore"),
    ),
    "Norrmed Instrument AB": (
        Site("Norrmed Sialkot Works", "PK", "Sialkot", Stage.FINAL_MANUFACTURE, "Peanger och saxar"),
        Site("Smedjan Daska", "PK", "Daska", Stage.PROCESSING, "Smidda ämnen", 2, "Norrmed Sialkot Works"),
        Site("Polerverkstaden Sambrial", "PK", "Sambrial", Stage.PROCESSING, "Polering", 2, "Norrmed Sialkot Works"),
        Site("Stålverket Duisburg", "DE", "Duisburg", Stage.RAW_MATERIAL, "Rostfritt stål", 3, "Smedjan Daska", False),
    ),
    "Handskfabriken i Borås AB": (
        Site(
            "Nitrile Gloves Kulim",
            "MY",
            "Kulim",
            Stage.FINAL_MANUFACTURE,
            "Nitrilhandskar",
            is_confidential=False,
            os_id="MY2026001SAMPLE",
        ),
        Site("Latexplantagen Songkhla", "TH", "Songkhla", Stage.RAW_MATERIAL, "Latex", 2, "Nitrile Gloves Kulim"),
    ),
}
# Supplier, name, e-mail address, role, language.
CONTACTS = (
    ("Ängsvik Textil AB", "Karin Ängsvik", "karin@angsvik.example", "Hållbarhetschef", "sv"),
    ("Ängsvik Textil AB", "Rahim Chowdhury", "rahim@angsvik.example", "Sourcing manager", "en"),
    ("Norrmed Instrument AB", "Olof Norrman", "olof@norrmed.example", "Kvalitetsansvarig", "sv"),
    ("Fjällpapper AB", "Siv Fjäll", "siv@fjallpapper.example", "Miljösamordnare", "sv"),
    ("Handskfabriken i Borås AB", "Aisyah Rahman", "aisyah@handskfabriken.example", "Compliance officer", "en"),
)
COMMITTED = {"Ängsvik Textil AB": date(2025, 2, 3), "Norrmed Instrument AB": date(2024, 11, 18)}
ADDRESSES = {
    "Ängsvik Textil AB": ("Vävargatan 12", "503 30", "Borås"),
    "Norrmed Instrument AB": ("Regementsgatan 4", "831 41", "Östersund"),
    "Fjällpapper AB": ("Bruksvägen 9", "837 52", "Åre"),
}


def tell(*, by: SystemActor) -> None:
    """Told once: the group shows that it has been."""
    if Supplier.objects.filter(name=GROUP).exists():
        return
    group = register_supplier(
        by=by, name=GROUP, country="FI", city="Tammerfors", numbers=[(Scheme.VAT, "", "FI29999903")]
    )
    for name, (street, postal_code, city) in ADDRESSES.items():
        supplier = Supplier.objects.get(name=name)
        revise_supplier(
            by=by,
            supplier=supplier,
            seen=supplier.version,
            parent=group if name == "Ängsvik Textil AB" else None,
            name=name,
            street=street,
            postal_code=postal_code,
            city=city,
        )
    norrmed = Supplier.objects.get(name="Norrmed Instrument AB")
    add_identifier(by=by, supplier=norrmed, scheme=Scheme.LEI, value="984500NORRMED0000091")
    for name, person, email, role, language in CONTACTS:
        supplier = Supplier.objects.get(name=name)
        add_contact(by=by, supplier=supplier, name=person, email=email, role=role, language=language)
    code = CodeVersion.objects.adopted().latest("valid_from")
    for name, committed_on in COMMITTED.items():
        record_commitment(by=by, supplier=Supplier.objects.get(name=name), code_version=code, committed_on=committed_on)
    for name, sites in CHAINS.items():
        _tell_of_chain(by, Supplier.objects.get(name=name), sites)
    # Both are likely one of the others: by the name, and by the name and the address.
    register_supplier(by=by, name="Norrmed Instruments Sverige AB", organisation_number="559999-9421", city="Östersund")
    register_supplier(
        by=by,
        name="Fjällpapper i Åre AB",
        organisation_number="559999-9488",
        street="Bruksvägen 9",
        postal_code="83752",
        city="Åre",
    )


def _tell_of_chain(by: SystemActor, supplier: Supplier, sites: tuple[Site, ...]) -> None:
    """The same chain for each of the supplier's contracts."""
    facilities: dict[str, Facility] = {
        site.name: add_facility(
            by=by,
            supplier=supplier,
            name=site.name,
            country=site.country,
            city=site.city,
            stage=site.stage,
            os_id=site.os_id,
            is_confidential=site.is_confidential,
        )
        for site in sites
    }
    for contract in Contract.objects.filter(supplier=supplier):
        links: dict[str, SupplyLink] = {}
        for site in sites:
            links[site.name] = link_facility(
                by=by,
                contract=contract,
                facility=facilities[site.name],
                tier=site.tier,
                stage=site.stage,
                product=site.product,
                parent=links.get(site.delivers_to),
            )
