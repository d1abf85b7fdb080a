"""The demo's drafts of the next code and clause, and guidance. The texts are examples of ours, not the regions' own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from codeofconduct.actions.documents import (
    add_parameter,
    add_section,
    publish_guidance,
    revise_parameter,
    revise_requirement,
    revise_section,
)
from codeofconduct.actions.versions import adopt_version, revise_draft, start_next_version
from codeofconduct.enums import Area, ParameterUnit
from codeofconduct.models import ClauseVersion, CodeVersion, Guidance, PurchaseCategory
from portal import clock
from portal.history.models import SystemActor

Texts = tuple[str, str, str, str]
SAMPLE_NOTE = "**Exempeltext.** Utkastet visar hur en ny version skrivs; det är inte regionernas egen text."
AREA_TEXTS: dict[str, Texts] = {
    Area.HUMAN_RIGHTS: (
        "Mänskliga rättigheter",
        "Human rights",
        "*Exempeltext.* Leverantören respekterar de mänskliga rättigheterna i hela verksamheten och i leveranskedjan.\n\n"
        "Leverantören ska särskilt\n\n- undvika att orsaka eller bidra till negativ påverkan\n"
        "- uppmärksamma utsatta grupper och människorättsförsvarare",
        "*Sample text.* The supplier respects human rights throughout its operations and its supply chain.\n\n"
        "In particular the supplier shall\n\n- avoid causing or contributing to adverse impact\n"
        "- pay attention to vulnerable groups and human rights defenders",
    ),
    Area.WORKERS_RIGHTS: (
        "Arbetares rättigheter",
        "Workers' rights",
        "*Exempeltext.* De fem grundläggande områdena i ILO:s konventioner gäller allt arbete.\n\n"
        "1. föreningsfrihet och kollektiva förhandlingar\n2. inget tvångsarbete\n3. inget barnarbete\n"
        "4. ingen diskriminering\n5. en säker och hälsosam arbetsmiljö",
        "*Sample text.* The five fundamental areas of the ILO conventions apply to all work.\n\n"
        "1. freedom of association and collective bargaining\n2. no forced labour\n3. no child labour\n"
        "4. no discrimination\n5. a safe and healthy working environment",
    ),
    Area.ENVIRONMENT: (
        "Miljö",
        "Environment",
        "*Exempeltext.* Leverantören arbetar systematiskt med att minska sin påverkan på miljö och klimat, "
        "och följer upp resultatet varje år.",
        "*Sample text.* The supplier works systematically to reduce its impact on the environment and the climate, "
        "and follows up the result every year.",
    ),
    Area.BUSINESS_ETHICS: (
        "Affärsetik",
        "Business ethics",
        "*Exempeltext.* Ingen form av mutor, jäv eller otillåtna förmåner förekommer i affärer med regionerna.",
        "*Sample text.* There is no bribery, conflict of interest or undue benefit in business with the regions.",
    ),
}
DEFINITIONS: Texts = (
    "Begrepp",
    "Terms",
    "*Exempeltext.* Med **leveranskedja** menas alla led från råvara till leverans.",
    "*Sample text.* **Supply chain** means every tier from raw material to delivery.",
)
CLAUSE_SECTION: Texts = (
    "Omfattning",
    "Scope",
    "*Exempeltext.* Villkoret gäller under hela avtalstiden och för alla varor och tjänster i avtalet.",
    "*Sample text.* The clause applies during the whole contract and to all goods and services in it.",
)
COMPLAINTS_POINTS = [
    ("Vara tillgänglig för alla som kan påverkas", "Be available to everyone who may be affected"),
    ("Skydda den som klagar mot repressalier", "Protect those who complain against reprisals"),
]


@dataclass(frozen=True)
class Told:
    """A line of guidance in force from a day; `earlier` are the sections of the version before, from another day."""

    title_sv: str
    title_en: str
    area: str
    category: str
    valid_from: date
    sections: tuple[Texts, ...]
    earlier: tuple[date, tuple[Texts, ...]] | None = None


GUIDANCE = (
    Told(
        "Så bedömer du en klagomålsmekanism",
        "How to assess a complaints mechanism",
        Area.HUMAN_RIGHTS,
        "",
        date(2025, 3, 1),
        (
            (
                "Vad du tittar efter",
                "What to look for",
                "Fråga hur klagomål tas emot på arbetsplatsen och på vilka språk.\n\n- Vem tar emot klagomålet?\n"
                "- Hur skyddas den som klagar?\n- Vad hände med de tre senaste ärendena?",
                "Ask how complaints are received at the workplace and in which languages.\n\n"
                "- Who receives the complaint?\n- How are those who complain protected?\n"
                "- What became of the last three cases?",
            ),
            (
                "När det saknas",
                "When there is none",
                "Kom överens om en åtgärd med datum. Följ upp vid nästa kontakt.",
                "Agree on a corrective action with a date. Follow up at the next contact.",
            ),
        ),
        (
            date(2023, 9, 1),
            (
                (
                    "Vad du tittar efter",
                    "What to look for",
                    "Fråga hur klagomål tas emot på arbetsplatsen.\n\n- Vem tar emot klagomålet?\n"
                    "- Hur skyddas den som klagar?",
                    "Ask how complaints are received at the workplace.\n\n- Who receives the complaint?\n"
                    "- How are those who complain protected?",
                ),
            ),
        ),
    ),
    Told(
        "Tvångsarbete: tecken att känna igen",
        "Forced labour: signs to recognise",
        Area.WORKERS_RIGHTS,
        "",
        date(2024, 5, 1),
        (
            (
                "Tecken",
                "Signs",
                "- pass eller id-handlingar förvaras av arbetsgivaren\n- skulder till den som förmedlat arbetet\n"
                "- lön som hålls inne",
                "- passports or identity papers are kept by the employer\n- debts to whoever arranged the work\n"
                "- wages that are withheld",
            ),
            (
                "Gör så här",
                "What to do",
                "Det är en allvarlig avvikelse. Kontakta kansliet samma dag.",
                "This is a severe deviation. Contact the secretariat the same day.",
            ),
        ),
    ),
    Told(
        "Kirurgiska instrument: fråga efter tillverkningsorten",
        "Surgical instruments: ask for the place of manufacture",
        Area.WORKERS_RIGHTS,
        "Kirurgiska instrument",
        date(2024, 2, 1),
        (
            (
                "Varför",
                "Why",
                "Mycket görs i små verkstäder långt ner i kedjan. Utan ort går det inte att följa upp.",
                "Much is made in small workshops far down the chain. Without a place there is nothing to follow up.",
            ),
        ),
    ),
    Told(
        "Kemikalier i textil",
        "Chemicals in textiles",
        Area.ENVIRONMENT,
        "Tvätt och textilier",
        date(2024, 10, 1),
        (
            (
                "Begär underlag",
                "Ask for evidence",
                "Be om säkerhetsdatablad och resultat från senaste vattenprovet i färgeriet.",
                "Ask for safety data sheets and the result of the latest water sample at the dye house.",
            ),
        ),
    ),
    Told(
        "Gåvor och representation",
        "Gifts and hospitality",
        Area.BUSINESS_ETHICS,
        "",
        date(2025, 1, 15),
        (
            (
                "Huvudregel",
                "Main rule",
                "Tacka nej. Är du osäker: fråga din chef innan du svarar.",
                "Say no. If in doubt, ask your manager before you answer.",
            ),
        ),
    ),
)


def tell(*, by: SystemActor) -> None:
    """A draft of the next code and clause with sample texts, and guidance in force."""
    planned = date(clock.today().year + 1, 1, 1)
    _code(by, planned)
    _clause(by, planned)
    for told in GUIDANCE:
        _guidance(by, told)


def _texts(texts: Texts) -> dict[str, str]:
    return dict(zip(("heading_sv", "heading_en", "body_sv", "body_en"), texts, strict=True))


def _draft(by: SystemActor, latest: Any, planned: date) -> Any:
    draft = start_next_version(by=by, version=latest, name=str(planned.year), valid_from=planned)
    note = {"change_note": SAMPLE_NOTE, "source": "Exempel i demon"}
    return revise_draft(by=by, version=draft, seen=draft.version, **note)


def _code(by: SystemActor, planned: date) -> None:
    latest = CodeVersion.objects.adopted().order_by("-valid_from").first()
    if latest is None or CodeVersion.objects.drafts().exists():
        return
    draft = _draft(by, latest, planned)
    for section in draft.sections.all():
        if section.area in AREA_TEXTS:
            revise_section(by=by, section=section, seen=section.version, **_texts(AREA_TEXTS[section.area]))
    add_section(by=by, version=draft, area="", **_texts(DEFINITIONS))


def _clause(by: SystemActor, planned: date) -> None:
    latest = ClauseVersion.objects.adopted().filter(level="advanced").order_by("-valid_from").first()
    if latest is None or ClauseVersion.objects.drafts().exists():
        return
    draft = _draft(by, latest, planned)
    add_section(by=by, version=draft, **_texts(CLAUSE_SECTION))
    complaints = draft.requirements.filter(title_en="Complaints mechanism").first()
    if complaints is not None:
        revise_requirement(
            by=by,
            requirement=complaints,
            seen=complaints.version,
            points=COMPLAINTS_POINTS,
            criterion_sv="*Exempeltext.* Det finns en beslutad rutin, och de anställda känner till den.",
            criterion_en="*Sample text.* There is a decided routine, and the employees know it.",
        )
    notice = draft.parameters.filter(key="audit_notice").first()
    if notice is not None:
        revise_parameter(by=by, parameter=notice, seen=notice.version, default=2)
    add_parameter(
        by=by,
        version=draft,
        label_sv="Åtgärdsplan lämnas inom",
        label_en="Action plan handed in within",
        unit=ParameterUnit.WEEKS,
        default=4,
    )


def _guidance(by: SystemActor, told: Told) -> None:
    if Guidance.objects.filter(title_sv=told.title_sv).exists():
        return
    category = PurchaseCategory.objects.filter(name=told.category).first() if told.category else None
    first_day, sections = told.earlier or (told.valid_from, told.sections)
    version = publish_guidance(
        by=by,
        title_sv=told.title_sv,
        title_en=told.title_en,
        area=told.area,
        category=category,
        sections=sections,
        valid_from=first_day,
    )
    if told.earlier is None:
        return
    draft = start_next_version(by=by, version=version, name=str(told.valid_from.year), valid_from=told.valid_from)
    stored = list(draft.sections.all())
    for section, texts in zip(stored, told.sections, strict=False):
        revise_section(by=by, section=section, seen=section.version, **_texts(texts))
    for texts in told.sections[len(stored) :]:
        add_section(by=by, version=draft, **_texts(texts))
    draft.refresh_from_db()
    adopt_version(by=by, version=draft, seen=draft.version, valid_from=told.valid_from)
