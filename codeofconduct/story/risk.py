"""The demo's risk assessments and an action plan. All levels are invented: the sample must never be read as a finding."""

import io
import textwrap
from dataclasses import dataclass
from datetime import date, timedelta

from PIL import Image, ImageDraw, ImageFont

from codeofconduct.actions.categories import add_category
from codeofconduct.actions.plans import add_plan, add_task, finish_task
from codeofconduct.actions.risk import change_assessment, change_cell, settle_assessment, start_assessment
from codeofconduct.enums import Area, RiskLevel, Stage
from codeofconduct.models import PurchaseCategory, RiskAssessment
from portal import clock
from portal.files.checks import Upload
from portal.history.models import SystemActor
from regions.models import User

LEVELS = {
    "l": RiskLevel.LOW,
    "m": RiskLevel.MEDIUM,
    "M": RiskLevel.MEDIUM_HIGH,
    "h": RiskLevel.HIGH,
    "?": RiskLevel.INSUFFICIENT,
}
SOURCE = "Exempel i demon, påhittad bedömning"
SUMMARY = "Exempel. Nivåer, skäl och källor är påhittade för demon och säger ingenting om verkliga leveranskedjor."
BELOW = (
    ("Generella förbrukningsvaror", ("Undersökningshandskar", "Operationshandskar", "Sprutor och kanyler")),
    ("Livsmedel", ("Frukt och grönsaker", "Kyckling och kött")),
)


@dataclass(frozen=True)
class Told:
    """An assessment: for each area its levels by stage and the reason; countries by stage; points where a score is shown."""

    category: str
    days_ago: int
    author: str
    levels: tuple[str, str, str, str]
    reasons: tuple[str, str, str, str]
    countries: tuple[str, str, str]
    points: tuple[int | None, int | None, int | None] | None = None
    report: str = ""


ASSESSED = (
    Told(
        "Kirurgiska instrument",
        900,
        "Konsult (exempel)",
        ("?hM", "?hM", "mm?", "?lm"),
        (
            "Hemarbete förekommer i små verkstäder; barn kan finnas på plats.",
            "Ackordslöner och lång arbetstid i smide och slipning.",
            "Metallspån och syror tas om hand på olika sätt.",
            "Många mellanhänder gör betalningar svåra att följa.",
        ),
        ("", "PK", "PK"),
    ),
    Told(
        "Kirurgiska instrument",
        200,
        "Kansliet (exempel)",
        ("?MM", "MhM", "mml", "?mm"),
        (
            "Hemarbete förekommer fortfarande, men de större verkstäderna har egna kontroller.",
            "Ackordslöner och lång arbetstid i smide och slipning.",
            "Flera verkstäder renar sitt processvatten.",
            "Nya mellanhänder har tillkommit, utan insyn i hur de väljs.",
        ),
        ("", "PK", "PK"),
        (4, None, 2),
        report="Riskanalys kirurgiska instrument.pdf",
    ),
    Told(
        "Generella förbrukningsvaror",
        150,
        "Konsult (exempel)",
        ("Mhh", "mhh", "MMm", "mmm"),
        (
            "Skuldbundet arbete bland migrantarbetare i handsktillverkning.",
            "Rekryteringsavgifter, övertid och inlåsta pass.",
            "Energi och kemikalier i latexprocessen.",
            "Rekryterare betalar för tillstånd.",
        ),
        ("TH", "MY", "MY"),
        (4, 4, 4),
    ),
    Told(
        "Tvätt och textilier",
        310,
        "Kansliet (exempel)",
        ("hM?", "hMm", "hMm", "m??"),
        (
            "Tvångsarbete i bomullsodling.",
            "Låga löner i spinneri och sömnad.",
            "Vatten och bekämpningsmedel i odlingen.",
            "Oklara certifikat för bomull.",
        ),
        ("UZ", "IN", "BD"),
    ),
    Told(
        "Läkemedel",
        260,
        "Konsult (exempel)",
        ("??l", "?ml", "?hm", "??m"),
        (
            "Sluttillverkningen sker under tillsyn.",
            "Arbetsmiljön vid framställning av aktiva substanser är delvis känd.",
            "Utsläpp av antibiotika från tillverkning av aktiva substanser.",
            "Inspektioner kan vara föranmälda.",
        ),
        ("", "IN", "IE"),
    ),
    Told(
        "Livsmedel",
        120,
        "Kansliet (exempel)",
        ("Mml", "hMl", "MMl", "mll"),
        (
            "Säsongsarbetare utan skydd i odling.",
            "Lång arbetstid i slakt och styckning.",
            "Avskogning för foder.",
            "Ursprungsmärkning som inte stämmer.",
        ),
        ("BR", "TH", "SE"),
    ),
)


def tell(*, by: SystemActor) -> None:
    """A few categories below others, the assessments, and an action plan with tasks."""
    for parent, names in BELOW:
        above = PurchaseCategory.objects.get(name=parent)
        for name in names:
            if not PurchaseCategory.objects.filter(name=name).exists():
                add_category(by=by, name=name, parent=above)
    if RiskAssessment.objects.exists():
        return
    for told in ASSESSED:
        _assess(by, told)
    _plan(by)


def _assess(by: SystemActor, told: Told) -> None:
    assessed_on = clock.today() - timedelta(days=told.days_ago)
    category = PurchaseCategory.objects.get(name=told.category)
    draft = start_assessment(by=by, category=category, assessed_on=assessed_on, author=told.author, source=SOURCE)
    cells = {(cell.area, cell.stage): cell for cell in draft.cells.all()}
    for area, levels, reason in zip(Area, told.levels, told.reasons, strict=True):
        for stage, letter, country in zip(Stage, levels, told.countries, strict=True):
            level = LEVELS[letter]
            is_known = level != RiskLevel.INSUFFICIENT
            points = told.points if area == Area.WORKERS_RIGHTS and stage == Stage.PROCESSING else None
            cell = cells[area.value, stage.value]
            change_cell(
                by=by,
                cell=cell,
                version=cell.version,
                level=level,
                reason=reason if is_known else "",
                source=SOURCE if is_known else "",
                dated_on=assessed_on if is_known else None,
                country=country if is_known else "",
                author=told.author,
                is_scored=points is not None,
                country_points=points[0] if points else None,
                sector_points=points[1] if points else None,
                product_points=points[2] if points else None,
            )
    draft = change_assessment(
        by=by,
        assessment=draft,
        version=draft.version,
        assessed_on=assessed_on,
        author=told.author,
        source=SOURCE,
        summary=SUMMARY,
        report=Upload(told.report, "application/pdf", _report(told)) if told.report else None,
    )
    settle_assessment(by=by, assessment=draft)


def _report(told: Told) -> bytes:
    """A page that says what it is."""
    page = Image.new("RGB", (827, 1169), "white")
    said = "\n".join(["Riskanalys", told.category, "", *textwrap.wrap(SUMMARY, 60)])
    ImageDraw.Draw(page).text((80, 80), said, "black", font=ImageFont.load_default(20))
    file = io.BytesIO()
    page.save(file, "PDF", resolution=100)
    return file.getvalue()


def _plan(by: SystemActor) -> None:
    today = clock.today()
    plan = add_plan(
        by=by,
        category=PurchaseCategory.objects.get(name="Kirurgiska instrument"),
        title=f"Kirurgiska instrument {today.year}–{today.year + 1}",
        goal="Exempel: hela kedjan till smide och slipning är känd för de fem största leverantörerna.",
        valid_from=date(today.year, 1, 1),
        valid_to=date(today.year + 1, 12, 31),
    )
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(email__endswith="@demo.example")}
    for text, owner, days in (
        ("Fråga leverantörerna vilka verkstäder som smider och slipar", "inkopare.jh", -12),
        ("Ta fram förslag till skärpt krav på spårbarhet i kravpaketet", "samordnare.a", 25),
        ("Boka fabriksrevision av en verkstad tillsammans med Norge", "kansli", 70),
    ):
        add_task(by=by, plan=plan, text=text, owner=people.get(owner), due_on=today + timedelta(days=days))
    done = add_task(
        by=by,
        plan=plan,
        text="Sammanställ vilka avtal som löper ut under perioden",
        owner=people.get("kansli"),
        due_on=today - timedelta(days=40),
    )
    finish_task(by=by, task=done)
