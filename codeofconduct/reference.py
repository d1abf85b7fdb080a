"""Reference data of this room: the clause generations with their requirements, the code's areas, the categories."""

from datetime import date
from pathlib import Path

from codeofconduct.enums import Area, DocumentState
from codeofconduct.models import (
    CategoryOwner,
    CategoryPriority,
    ClauseVersion,
    CodeSection,
    CodeVersion,
    ProcessRequirement,
    PurchaseCategory,
)
from portal.history.models import Actor, SystemActor, actor_of
from regions.models import PurchasingGroup
from regions.reference import rows

DATA = Path(__file__).parent / "data"
REPLACED_ON = date(2023, 2, 28)
# The public sources give a month; the first day of it stands for it.
GENERATIONS: list[dict] = [
    {
        "name": "2016",
        "valid_from": date(2016, 10, 1),
        "valid_to": REPLACED_ON,
        "state": DocumentState.REPLACED,
        "source": "Regionernas nyhet om ny vägledning, oktober 2016: sex rutinkrav med bedömningskriterier",
    },
    {
        "name": "2023",
        "valid_from": date(2023, 3, 1),
        "valid_to": None,
        "state": DocumentState.IN_FORCE,
        "source": "Nya kontraktsvillkor mars 2023 (tillbörlig aktsamhet): sju processkrav",
    },
]
# (title in Swedish, title in English), numbered in order.
REQUIREMENTS = {
    "2016": [
        ("Policyåtagande", "Policy commitment"),
        ("Ansvarsfördelning", "Division of responsibility"),
        ("Riskanalys", "Risk analysis"),
        ("Vidareförmedling", "Passing the requirements on"),
        ("Uppföljning", "Follow-up"),
        ("Avvikelsehantering", "Handling of deviations"),
    ],
    "2023": [
        ("Policyer och ansvar", "Policies and responsibilities"),
        ("Identifiera och bedöma negativ påverkan", "Identify and assess adverse impact"),
        (
            "Förhindra och begränsa det som orsakas eller bidras till",
            "Prevent and mitigate what is caused or contributed to",
        ),
        ("Förhindra och begränsa det som har koppling", "Prevent and mitigate what is linked"),
        ("Följa upp åtgärder", "Follow up measures"),
        ("Klagomålsmekanism", "Complaints mechanism"),
        ("Gottgörelse", "Remediation"),
    ],
}


def load(*, by: SystemActor) -> None:
    """Both generations of code and clause, six and seven requirements, and the categories prioritised 2023–2025."""
    actor = actor_of(by)
    for generation in GENERATIONS:
        key = generation["name"]
        code, _created = CodeVersion.objects.get_or_create(name=key, defaults={**generation, "created_by": actor})
        clause, _created = ClauseVersion.objects.get_or_create(name=key, defaults={**generation, "created_by": actor})
        CodeSection.objects.bulk_create(
            (CodeSection(code_version=code, area=area, number=number) for number, area in enumerate(Area, start=1)),
            ignore_conflicts=True,
        )
        ProcessRequirement.objects.bulk_create(
            (
                ProcessRequirement(
                    clause_version=clause, public_id=f"{key}-{number}", number=number, title_sv=sv, title_en=en
                )
                for number, (sv, en) in enumerate(REQUIREMENTS[key], start=1)
            ),
            ignore_conflicts=True,
        )
    _load_categories(actor)


def _load_categories(actor: Actor) -> None:
    listed = rows(DATA / "priority_categories_2023_2025.csv")
    known = set(PurchaseCategory.objects.values_list("name", flat=True))
    PurchaseCategory.objects.bulk_create(
        PurchaseCategory(name=row["name"], created_by=actor) for row in listed if row["name"] not in known
    )
    categories = {category.name: category for category in PurchaseCategory.objects.all()}
    groups = {group.letter: group for group in PurchasingGroup.objects.all()}
    for row in listed:
        valid_from = date.fromisoformat(row["valid_from"])
        valid_to = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        category = categories[row["name"]]
        CategoryPriority.objects.get_or_create(
            category=category, valid_from=valid_from, defaults={"valid_to": valid_to}
        )
        # Who answers stays until someone else does: the period of priority ends, the responsibility does not.
        CategoryOwner.objects.get_or_create(
            category=category, group=groups[row["purchasing_group"]], valid_from=valid_from
        )
