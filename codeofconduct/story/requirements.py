"""The demo's requirement sets: adopted and proposed variants with comments. Sample texts, ours; no region has decided them."""

from dataclasses import dataclass

from codeofconduct.actions.requirements import (
    add_topic,
    adopt_variant,
    begin_requirement_set,
    comment_on_variant,
    decline_variant,
    propose_variant,
)
from codeofconduct.enums import Area, Level, Stage
from codeofconduct.models import PurchaseCategory, RequirementSet, SustainabilityRequirement
from codeofconduct.wording import Wording
from portal.history.models import SystemActor
from regions.models import Region, User

SOURCE = "Exempel i demon"
SECRETARIAT = "kansli@demo.example"
BUYERS = {"23": "inkopare.jh@demo.example", "25": "inkopare.norrbotten@demo.example"}


@dataclass(frozen=True)
class Variant:
    """A variant of the story: from whom ("" is the secretariat), what was decided, and who said what about it."""

    wording: Wording
    region: str = ""
    adopted: bool = False
    declined: str = ""
    comments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Topic:
    title_sv: str
    title_en: str
    variants: tuple[Variant, ...]


SETS: dict[str, tuple[Topic, ...]] = {
    "Generella förbrukningsvaror": (
        Topic(
            "Rekryteringsavgifter",
            "Recruitment fees",
            (
                Variant(
                    Wording(
                        level=Level.BASIC,
                        text_sv=(
                            "Leverantören ska ha en policy om att ingen arbetstagare i tillverkningen får "
                            "betala för sin anställning."
                        ),
                        text_en=(
                            "The supplier shall have a policy that no worker in the manufacture pays for the "
                            "employment."
                        ),
                        verification_sv="Policyn bifogas anbudet.",
                        verification_en="The policy is enclosed with the tender.",
                        area=Area.WORKERS_RIGHTS,
                        stage=Stage.FINAL_MANUFACTURE,
                        source=SOURCE,
                    ),
                    adopted=True,
                ),
                Variant(
                    Wording(
                        level=Level.BASIC,
                        text_sv=(
                            "Leverantören ska ha en policy om att ingen arbetstagare i tillverkningen får "
                            "betala för sin anställning, och återbetala avgifter som ändå har tagits ut."
                        ),
                        text_en="",
                        verification_sv="Policyn bifogas anbudet, med en beskrivning av hur återbetalning går till.",
                        area=Area.WORKERS_RIGHTS,
                        stage=Stage.FINAL_MANUFACTURE,
                        source=SOURCE,
                    ),
                    region="23",
                    comments=(
                        ("25", "Bra. Vi har ställt samma krav sedan i våras och fick fyra anbud."),
                        ("", "Vi tar upp det vid nästa möte i områdesgruppen."),
                    ),
                ),
                Variant(
                    Wording(
                        level=Level.ADVANCED,
                        text_sv=(
                            "Leverantören ska visa att arbetstagare i tillverkningen har fått tillbaka "
                            "rekryteringsavgifter som de har betalat de senaste fem åren."
                        ),
                        text_en=(
                            "The supplier shall show that workers in the manufacture have been repaid "
                            "recruitment fees of the last five years."
                        ),
                        verification_sv="Redovisning från en oberoende part, högst tolv månader gammal.",
                        verification_en="A report by an independent party, at most twelve months old.",
                        area=Area.WORKERS_RIGHTS,
                        stage=Stage.FINAL_MANUFACTURE,
                        source=SOURCE,
                    ),
                    adopted=True,
                ),
            ),
        ),
        Topic(
            "Spårbarhet för naturgummi",
            "Traceability of natural rubber",
            (
                Variant(
                    Wording(
                        level=Level.BASIC,
                        text_sv="Leverantören ska ange i vilka länder naturgummit i handskarna produceras.",
                        text_en=(
                            "The supplier shall state the countries where the natural rubber of the gloves is produced."
                        ),
                        verification_sv="Förteckning över länder, uppdaterad minst en gång per år.",
                        verification_en="A list of countries, updated at least once a year.",
                        area=Area.HUMAN_RIGHTS,
                        stage=Stage.RAW_MATERIAL,
                        source=SOURCE,
                    ),
                    adopted=True,
                ),
                Variant(
                    Wording(
                        level=Level.BASIC,
                        text_sv="Leverantören ska ange vilka plantager naturgummit i handskarna kommer från.",
                        verification_sv="Förteckning över plantager.",
                        area=Area.HUMAN_RIGHTS,
                        stage=Stage.RAW_MATERIAL,
                        source=SOURCE,
                    ),
                    region="25",
                    declined="Går längre än basnivån. Föreslå det gärna på avancerad nivå.",
                ),
            ),
        ),
        Topic("Kemikalier i handskar", "Chemicals in gloves", ()),
    ),
    "Tvätt och textilier": (
        Topic(
            "Spårbarhet för bomull",
            "Traceability of cotton",
            (
                Variant(
                    Wording(
                        level=Level.BASIC,
                        text_sv="Leverantören ska ange i vilket land bomullen i arbetskläderna är odlad.",
                        text_en="The supplier shall state the country where the cotton of the work clothes was grown.",
                        verification_sv="Intyg från spinneriet för varje parti.",
                        verification_en="A certificate by the spinning mill for each lot.",
                        area=Area.HUMAN_RIGHTS,
                        stage=Stage.RAW_MATERIAL,
                        source=SOURCE,
                    ),
                    adopted=True,
                ),
                Variant(
                    Wording(
                        level=Level.ADVANCED,
                        text_sv=(
                            "Leverantören ska kunna spåra bomullen till odling och visa varje led fram till "
                            "färdigt plagg."
                        ),
                        verification_sv="Karta över leveranskedjan med namn och land för varje led.",
                        area=Area.HUMAN_RIGHTS,
                        stage=Stage.RAW_MATERIAL,
                        source=SOURCE,
                    ),
                    region="25",
                ),
                Variant(
                    Wording(
                        level=Level.ADVANCED,
                        text_sv=(
                            "Leverantören ska kunna spåra bomullen till region för odling och visa varje led "
                            "fram till färdigt plagg."
                        ),
                        verification_sv=(
                            "Karta över leveranskedjan med namn och land för varje led. Stickprov får göras."
                        ),
                        area=Area.HUMAN_RIGHTS,
                        stage=Stage.RAW_MATERIAL,
                        source=SOURCE,
                    ),
                    region="23",
                    comments=(("25", "Region räcker för oss. Vi kan dra tillbaka vårt förslag."),),
                ),
            ),
        ),
        Topic(
            "Vatten i färgerier",
            "Water in dye works",
            (
                Variant(
                    Wording(
                        level=Level.BASIC,
                        text_sv=(
                            "Leverantören ska redovisa vilka färgerier som används och hur deras avloppsvatten renas."
                        ),
                        text_en=(
                            "The supplier shall report which dye works are used and how their waste water is treated."
                        ),
                        verification_sv="Redovisning som uppdateras en gång per år.",
                        verification_en="A report that is updated once a year.",
                        area=Area.ENVIRONMENT,
                        stage=Stage.PROCESSING,
                        source=SOURCE,
                    ),
                    adopted=True,
                ),
            ),
        ),
    ),
    "Livsmedel": (
        Topic(
            "Antibiotika i djurhållning",
            "Antibiotics in animal husbandry",
            (
                Variant(
                    Wording(
                        level=Level.BASIC,
                        text_sv="Antibiotika ska användas först efter att en veterinär har ordinerat det.",
                        text_en="Antibiotics shall be used only after a veterinarian has prescribed them.",
                        verification_sv="Intyg från producenten eller certifiering som omfattar kravet.",
                        verification_en="A certificate by the producer, or a certification that covers the requirement.",
                        area=Area.ENVIRONMENT,
                        stage=Stage.RAW_MATERIAL,
                        source=SOURCE,
                    ),
                    adopted=True,
                ),
            ),
        ),
    ),
}


def tell(*, by: SystemActor) -> None:
    """Told once: the sets show that it has been."""
    people = {user.email: user for user in User.objects.filter(email__in=[SECRETARIAT, *BUYERS.values()])}
    regions = {region.code: region for region in Region.objects.filter(code__in=BUYERS)}
    for name, topics in SETS.items():
        category = PurchaseCategory.objects.get(name=name)
        if RequirementSet.objects.filter(category=category).exists():
            continue
        secretariat = people[SECRETARIAT]
        begun = begin_requirement_set(by=secretariat, category=category)
        for told in topics:
            topic = add_topic(by=secretariat, requirement_set=begun, title_sv=told.title_sv, title_en=told.title_en)
            for variant in told.variants:
                proposer = people[BUYERS.get(variant.region, SECRETARIAT)]
                made = propose_variant(
                    by=proposer, topic=topic, region=regions.get(variant.region), wording=variant.wording
                )
                _decide(secretariat, made, variant)
                for code, text in variant.comments:
                    speaker = people[BUYERS.get(code, SECRETARIAT)]
                    comment_on_variant(by=speaker, requirement=made, region=regions.get(code), text=text)


def _decide(secretariat: User, made: SustainabilityRequirement, variant: Variant) -> None:
    if variant.adopted:
        adopt_variant(by=secretariat, requirement=made, version=made.version, note="Enligt arbetsgruppens förslag.")
    elif variant.declined:
        decline_variant(by=secretariat, requirement=made, version=made.version, reason=variant.declined)
