"""What the story's contracts are worth, one of several regions, one that ends soon."""

from datetime import timedelta

from codeofconduct.actions.contracts import register_contract, revise_contract, set_parameters
from codeofconduct.models import ClauseVersion, Contract, ContractingBody, CpvCode, PurchaseCategory, Supplier
from portal import clock
from portal.history.models import SystemActor
from regions.models import Region

JOINT = "Livsmedel, samordnat"
# Yearly value in kronor, by the title of the contract; each region's differs a little.
VALUES = {
    "Kirurgiska instrument, flergångs": 4_200_000,
    "Papper och plast för vården": 7_500_000,
    "Arbetskläder och patienttextil": 12_000_000,
    "Läkemedel på rekvisition": 48_000_000,
    "Undersökningshandskar": 6_300_000,
}
CPV = {"Undersökningshandskar": "33141420-0", "Läkemedel på rekvisition": "33600000-6"}
USE_THE_SET = {"Undersökningshandskar", "Arbetskläder och patienttextil"}


def tell(*, by: SystemActor) -> None:
    """Told once: the joint contract shows that it has been."""
    if Contract.objects.filter(title=JOINT).exists():
        return
    codes = {code.code: code for code in CpvCode.objects.filter(code__in=CPV.values())}
    told = Contract.objects.filter(title__in=VALUES).select_related("region", "clause_version").order_by("pk")
    for number, contract in enumerate(told.prefetch_related("categories")):
        ends_soon = contract.region.code == "23" and contract.title in USE_THE_SET
        cpv = codes.get(CPV.get(contract.title, ""))
        revise_contract(
            by=by,
            contract=contract,
            seen=contract.version,
            categories=contract.categories.all(),
            cpv_codes=[cpv] if cpv else [],
            parties=[],
            title=contract.title,
            clause_version=contract.clause_version,
            starts_on=contract.starts_on,
            ends_on=clock.today() + timedelta(days=45) if ends_soon else contract.ends_on,
            yearly_value_ore=(VALUES[contract.title] + 150_000 * number) * 100,
            uses_requirement_set=contract.title in USE_THE_SET and not number % 2,
        )
    _tell_of_joint(by)


def _tell_of_joint(by: SystemActor) -> None:
    clause = ClauseVersion.objects.get(name="2023")
    contract = register_contract(
        by=by,
        region=Region.objects.get(code="03"),
        supplier=Supplier.objects.get(name="Åkerby Livs AB"),
        title=JOINT,
        registration_number="VF2025-0047",
        clause_version=clause,
        categories=[PurchaseCategory.objects.get(name="Livsmedel")],
        parties=Region.objects.filter(code__in=("19", "20", "21")),
        starts_on=clock.today() - timedelta(days=200),
        ends_on=clock.today() + timedelta(days=500),
        options="1 + 1 år",
        extendable_until_on=clock.today() + timedelta(days=1230),
        yearly_value_ore=9_400_000_000,
        contracting_body=ContractingBody.objects.get(name="Varuförsörjningen"),
        uses_requirement_set=True,
    )
    parameters = {parameter.key: parameter for parameter in clause.parameters.all()}
    values = {parameters["penalty"]: 25_000, parameters["penalty_weeks"]: 10, parameters["audit_notice"]: 3}
    set_parameters(by=by, contract=contract, seen=contract.version, values=values)
