"""What of this room the search finds, and the older words that people type for ours."""

from codeofconduct.sources.categories import CATEGORIES
from codeofconduct.sources.documents import CLAUSE_SECTIONS, CODE_SECTIONS, PROCESS_REQUIREMENTS, QUESTIONNAIRES
from codeofconduct.sources.knowledge import ENQUIRIES, GUIDANCE, REQUIREMENTS
from codeofconduct.sources.suppliers import CONTRACTS, FACILITIES, SUPPLIERS
from portal.search import sources, synonyms

SOURCES = (
    SUPPLIERS,
    FACILITIES,
    CONTRACTS,
    CATEGORIES,
    CODE_SECTIONS,
    CLAUSE_SECTIONS,
    PROCESS_REQUIREMENTS,
    REQUIREMENTS,
    GUIDANCE,
    ENQUIRIES,
    QUESTIONNAIRES,
)

# The glossary's words "in search only", and what others call the same.
SYNONYMS = {
    "riskområde": ("prioriterad",),
    "avtalsvillkor": ("kontraktsvillkor",),
    "klausul": ("kontraktsvillkor",),
    "enkät": ("frågeformulär",),
    "rutinkrav": ("processkrav",),
    "kravbibliotek": ("kravpaket",),
    "due diligence": ("tillbörlig aktsamhet",),
    "försörjningskedja": ("leveranskedja",),
    "underentreprenör": ("underleverantör",),
    "fabrik": ("produktionsanläggning", "anläggning"),
    "antikorruption": ("affärsetik",),
    "anti-korruption": ("affärsetik",),
    "code of conduct": ("uppförandekod",),
}

# Forms of companies: "Norrmed AB" finds "Norrmed Aktiebolag" too.
IDLE = ("ab", "aktiebolag", "publ", "hb", "kb", "ltd", "inc", "gmbh", "oy", "as", "aps")


def register() -> None:
    """Make this room's sources and words known to the search."""
    for source in SOURCES:
        sources.register(source)
    synonyms.register(SYNONYMS)
    synonyms.register_idle(IDLE)
