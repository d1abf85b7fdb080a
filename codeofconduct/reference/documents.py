"""The generations of code and clause. The full texts are for the secretariat to enter: only what is public stands here."""

from datetime import date
from typing import Any

from codeofconduct.enums import Area, ParameterUnit
from codeofconduct.models import (
    ClauseParameter,
    ClauseSection,
    ClauseVersion,
    CodeSection,
    CodeVersion,
    ProcessRequirement,
    RequirementPoint,
)
from portal import clock
from portal.history.models import Actor, SystemActor, actor_of

# The public sources give a month; the first day of it stands for it.
GENERATIONS: list[dict[str, Any]] = [
    {
        "name": "2016",
        "valid_from": date(2016, 10, 1),
        "valid_to": date(2023, 2, 28),
        "source": "Regionernas nyhet om ny vägledning, oktober 2016: sex rutinkrav med bedömningskriterier",
    },
    {
        "name": "2023",
        "valid_from": date(2023, 3, 1),
        "valid_to": None,
        "source": "Nya kontraktsvillkor mars 2023 (tillbörlig aktsamhet): sju processkrav",
    },
]
# The clause's parts as far as public sources name them; of the one before none does.
SECTIONS: dict[str, list[tuple[str, str]]] = {
    "2016": [("Kontraktsvillkor", "Contract clause")],
    "2023": [
        ("Leverantörens åtaganden", "The supplier's commitments"),
        ("Process för tillbörlig aktsamhet", "Due diligence process"),
        ("Rapporteringsskyldighet", "Reporting obligation"),
        ("Uppföljning och insyn i leveranskedjan", "Monitoring and transparency in the supply chain"),
        ("Avvikelser och påföljder", "Deviations and sanctions"),
    ],
}
# (title in Swedish, title in English, its points in Swedish and English), numbered in order.
Points = tuple[tuple[str, str], ...]
REQUIREMENTS: dict[str, list[tuple[str, str, Points]]] = {
    "2016": [
        ("Policyåtagande", "Policy commitment", ()),
        ("Ansvarsfördelning", "Division of responsibility", ()),
        ("Riskanalys", "Risk analysis", ()),
        ("Vidareförmedling", "Passing the requirements on", ()),
        ("Uppföljning", "Follow-up", ()),
        ("Avvikelsehantering", "Handling of deviations", ()),
    ],
    "2023": [
        ("Policyer och ansvar", "Policies and responsibilities", ()),
        (
            "Identifiera och bedöma negativ påverkan",
            "Identify and assess adverse impact",
            (
                ("Identifiera riskleverantörer", "Identify risk suppliers"),
                ("Kartlägga deras leveranskedjor", "Map their supply chains"),
                ("Regelbundet granska riskerna", "Examine the risks regularly"),
                (
                    "Samråda med rättighetshavare eller använda trovärdiga källor",
                    "Consult rights-holders or credible sources",
                ),
                ("Uppmärksamma utsatta grupper och försvarare", "Pay attention to vulnerable groups and defenders"),
                ("Prioritera efter sannolikhet och allvarlighetsgrad", "Prioritise by likelihood and severity"),
            ),
        ),
        (
            "Förhindra och begränsa det som orsakas eller bidras till",
            "Prevent and mitigate what is caused or contributed to",
            (
                ("Upphöra med verksamhet som orsakar eller bidrar", "Cease activities that cause or contribute"),
                ("Ta fram åtgärdsplaner i samråd", "Make action plans in consultation"),
                ("Anpassa de egna inköpsmetoderna", "Adapt the own purchasing practices"),
            ),
        ),
        (
            "Förhindra och begränsa det som har koppling",
            "Prevent and mitigate what is linked",
            (
                ("Bedöma riskleverantörer", "Assess risk suppliers"),
                ("Ta fram åtgärdsplaner", "Make action plans"),
                ("Föra kraven vidare skriftligt", "Pass the requirements on in writing"),
                ("Kräva insyn i leveranskedjan", "Demand transparency in the supply chain"),
                (
                    "Kunna stoppa leveranser eller avsluta samarbetet med underleverantörer",
                    "Be able to stop deliveries or to end the work with sub-suppliers",
                ),
            ),
        ),
        (
            "Följa upp åtgärder",
            "Follow up measures",
            (
                ("Följa upp åtgärdsplaner", "Follow up action plans"),
                ("Samråda med rättighetshavare", "Consult rights-holders"),
                ("Hantera avvikelser", "Handle deviations"),
            ),
        ),
        ("Klagomålsmekanism", "Complaints mechanism", ()),
        (
            "Gottgörelse",
            "Remediation",
            (
                ("Återställa eller gottgöra i proportion till skadan", "Restore or remedy in proportion to the harm"),
                ("Samråda med dem som drabbats", "Consult those affected"),
                ("Ta reda på om de är nöjda", "Find out whether they are satisfied"),
            ),
        ),
    ],
}
# (key, label in Swedish, label in English, unit, default). Without a default the contract says: no public source does.
PARAMETERS: dict[str, list[tuple[str, str, str, ParameterUnit, int | None]]] = {
    "2016": [],
    "2023": [
        (
            "severe_report",
            "Rapportera allvarlig avvikelse inom",
            "Report a severe deviation within",
            ParameterUnit.WEEKS,
            2,
        ),
        ("action_plan", "Åtgärdsplan lämnas inom", "Action plan handed in within", ParameterUnit.WEEKS, None),
        ("corrective_action", "Avvikelse åtgärdad inom", "Deviation remedied within", ParameterUnit.WEEKS, None),
        ("audit_notice", "Varsel före revision", "Notice before an audit", ParameterUnit.WEEKS, None),
        ("penalty", "Vite per påbörjad vecka", "Penalty per started week", ParameterUnit.KRONOR, None),
        ("penalty_weeks", "Vite under högst", "Penalty for at most", ParameterUnit.WEEKS, None),
        (
            "call_off_stop",
            "Avropsstopp som ger rätt till uppsägning efter",
            "Call-off stop that allows termination after",
            ParameterUnit.MONTHS,
            None,
        ),
    ],
}


def load(*, by: SystemActor) -> None:
    """Both generations of code and clause with their requirements, points and parameters, adopted."""
    actor = actor_of(by)
    for generation in GENERATIONS:
        _load_code(generation, actor)
        _load_clause(generation, actor)


def _load_code(generation: dict[str, Any], actor: Actor) -> None:
    code, is_new = CodeVersion.objects.get_or_create(
        name=generation["name"], defaults={**generation, "created_by": actor}
    )
    if not is_new:
        return
    CodeSection.objects.bulk_create(
        CodeSection(code_version=code, area=area, number=number) for number, area in enumerate(Area, start=1)
    )
    _adopt(code, actor)


def _load_clause(generation: dict[str, Any], actor: Actor) -> None:
    key = generation["name"]
    clause, is_new = ClauseVersion.objects.get_or_create(name=key, defaults={**generation, "created_by": actor})
    if not is_new:
        return
    ClauseSection.objects.bulk_create(
        ClauseSection(clause_version=clause, number=number, heading_sv=sv, heading_en=en)
        for number, (sv, en) in enumerate(SECTIONS[key], start=1)
    )
    requirements = ProcessRequirement.objects.bulk_create(
        ProcessRequirement(clause_version=clause, public_id=f"{key}-{number}", number=number, title_sv=sv, title_en=en)
        for number, (sv, en, _) in enumerate(REQUIREMENTS[key], start=1)
    )
    RequirementPoint.objects.bulk_create(
        RequirementPoint(requirement=requirement, letter=letter, text_sv=text_sv, text_en=text_en)
        for requirement, (_, _, points) in zip(requirements, REQUIREMENTS[key], strict=True)
        for letter, (text_sv, text_en) in zip("abcdefghij", points, strict=False)
    )
    ClauseParameter.objects.bulk_create(
        ClauseParameter(clause_version=clause, key=name, label_sv=sv, label_en=en, unit=unit, default=default)
        for name, sv, en, unit, default in PARAMETERS[key]
    )
    _adopt(clause, actor)


def _adopt(version: CodeVersion | ClauseVersion, actor: Actor) -> None:
    version.adopted_at, version.adopted_by = clock.now(), actor
    version.save(update_fields=["adopted_at", "adopted_by"])
