"""The demo's questions to the secretariat, six answered and two that wait; one answer became guidance. Sample texts, ours."""

from dataclasses import dataclass
from datetime import timedelta

from codeofconduct.actions.knowledge import answer_enquiry, make_guidance, register_enquiry
from codeofconduct.enums import Area, Channel
from codeofconduct.models import Enquiry, PurchaseCategory
from portal import clock
from portal.history.models import SystemActor
from regions.models import Region, User

SECRETARIAT = "kansli@demo.example"


@dataclass(frozen=True)
class Told:
    """A question of the story: asked so many days ago, in the portal by an account, or by someone else another way."""

    subject: str
    question: str
    days_ago: int
    region: str
    answer: str = ""
    account: str = ""
    channel: Channel = Channel.PORTAL
    asked_by_name: str = ""
    area: Area | str = ""
    category: str = ""
    is_shared: bool = True
    becomes_guidance: bool = False


QUESTIONS = (
    Told(
        "Får vi kräva att leverantören namnger sina fabriker?",
        "En leverantör säger att fabrikernas namn är en affärshemlighet. Kan vi ändå kräva dem?",
        days_ago=140,
        region="23",
        account="inkopare.jh@demo.example",
        area=Area.HUMAN_RIGHTS,
        answer="Ja. Kontraktsvillkoren ger regionen rätt till insyn i leveranskedjan. "
        "Uppgifterna kan omfattas av sekretess hos regionen, och det kan ni berätta för leverantören.\n\n"
        "Be om namn, land och led för varje anläggning, och fråga när uppgifterna senast uppdaterades.",
        becomes_guidance=True,
    ),
    Told(
        "Hur länge är en revision av en annan part användbar?",
        "Leverantören har skickat en SMETA-rapport från förra året. Räcker den?",
        days_ago=120,
        region="25",
        account="inkopare.norrbotten@demo.example",
        area=Area.WORKERS_RIGHTS,
        answer="Utgå från 36 månader, om rapporten gäller samma anläggning och omfattar det som ni vill följa upp. "
        "Är avvikelser öppna ska ni se bevis på att de har åtgärdats.",
    ),
    Told(
        "Underleverantör som byts under avtalstiden",
        "Måste leverantören meddela oss innan en ny underleverantör börjar leverera?",
        days_ago=95,
        region="12",
        channel=Channel.MAIL,
        asked_by_name="Exempel Exempelsson",
        answer="Det beror på vad ert avtal säger om ändringar. Uppförandekoden ska vara vidareförmedlad till den nya "
        "underleverantören innan den levererar, och det kan ni begära att få se.",
    ),
    Told(
        "Visselblåsarfunktion hos små leverantörer",
        "Kan ett litet företag hänvisa till kundens klagomålsmekanism?",
        days_ago=70,
        region="14",
        channel=Channel.TELEPHONE,
        asked_by_name="Test Testsson",
        area=Area.WORKERS_RIGHTS,
        answer="Ja, om arbetstagarna känner till den, kan använda den på sitt språk och skyddas mot repressalier.",
    ),
    Told(
        "Gåvor vid studiebesök",
        "En leverantör vill bjuda på resa till sin fabrik. Vad gäller?",
        days_ago=50,
        region="01",
        channel=Channel.MAIL,
        asked_by_name="Prov Provsson",
        area=Area.BUSINESS_ETHICS,
        answer="Tacka nej. Regionen betalar sin egen resa, och följ regionens riktlinjer mot korruption.",
    ),
    Told(
        "Miljömärkning som bevis",
        "Räcker en miljömärkning för att visa att kravet på färgeriernas avloppsvatten är uppfyllt?",
        days_ago=30,
        region="23",
        account="inkopare.jh@demo.example",
        area=Area.ENVIRONMENT,
        category="Tvätt och textilier",
        answer="Märkningen räcker om dess kriterier omfattar rening i färgeriet. Kontrollera vilken version som gäller.",
        is_shared=False,
    ),
    Told(
        "Vite när självskattningen är sen",
        "Leverantören har fått två påminnelser. När kan vi ta ut vite?",
        days_ago=19,
        region="25",
        account="inkopare.norrbotten@demo.example",
    ),
    Told(
        "Krav på levnadslön i upphandling av livsmedel",
        "Finns det en formulering som har prövats?",
        days_ago=4,
        region="03",
        channel=Channel.TELEPHONE,
        asked_by_name="Exempel Exempelsson",
        area=Area.WORKERS_RIGHTS,
        category="Livsmedel",
    ),
)


def tell(*, by: SystemActor) -> None:
    """Told once: a question that is there shows that it has been."""
    if Enquiry.objects.filter(subject__in=[told.subject for told in QUESTIONS]).exists():
        return
    people = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    regions = {region.code: region for region in Region.objects.all()}
    categories = {category.name: category for category in PurchaseCategory.objects.all()}
    secretariat = people[SECRETARIAT]
    for told in QUESTIONS:
        category = categories[told.category] if told.category else None
        enquiry = register_enquiry(
            by=people[told.account] if told.account else secretariat,
            subject=told.subject,
            question=told.question,
            region=regions[told.region],
            channel=told.channel,
            asked_on=clock.today() - timedelta(days=told.days_ago),
            asked_by_name=told.asked_by_name,
            area=told.area,
            category=category,
        )
        if told.answer:
            _answer(secretariat, enquiry, told)


def _answer(secretariat: User, enquiry: Enquiry, told: Told) -> None:
    answered = answer_enquiry(
        by=secretariat,
        enquiry=enquiry,
        version=enquiry.version,
        subject=enquiry.subject,
        question=enquiry.question,
        answer=told.answer,
        is_shared=told.is_shared,
        area=enquiry.area,
        category=enquiry.category,
    )
    if told.becomes_guidance:
        make_guidance(
            by=secretariat,
            enquiry=answered,
            title_sv="Insyn i leveranskedjan (exempel)",
            title_en="Transparency of the supply chain (example)",
            area=enquiry.area,
            category=None,
            sections=[("Vad ni kan begära", "What you can ask for", told.answer, "")],
            valid_from=clock.today(),
        )
