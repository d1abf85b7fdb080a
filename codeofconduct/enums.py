from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DocumentState(models.TextChoices):
    """Of a governing document's version, read off its dates. Documents are in force, not active."""

    DRAFT = "draft", _("draft")
    COMING = "coming", _("coming")
    IN_FORCE = "in_force", _("in force")
    REPLACED = "replaced", _("replaced")


class Level(models.TextChoices):
    """How far a clause or a requirement goes (Upphandlingsmyndigheten's two levels)."""

    BASIC = "basic", _("basic level")
    ADVANCED = "advanced", _("advanced level")


class Area(models.TextChoices):
    """The four areas of the code; the memo RS/29/2022 says anti-corruption for the last."""

    HUMAN_RIGHTS = "human_rights", _("human rights")
    WORKERS_RIGHTS = "workers_rights", _("workers' rights")
    ENVIRONMENT = "environment", _("environment")
    BUSINESS_ETHICS = "business_ethics", _("business ethics")


class Stage(models.TextChoices):
    """Where in the chain (Upphandlingsmyndigheten's risk matrix)."""

    RAW_MATERIAL = "raw_material", _("raw material")
    PROCESSING = "processing", _("processing")
    FINAL_MANUFACTURE = "final_manufacture", _("final manufacture")


class RiskLevel(models.TextChoices):
    """The level of a risk. Insufficient information is a level of its own, not zero."""

    LOW = "low", _("low")
    MEDIUM = "medium", _("medium")
    MEDIUM_HIGH = "medium_high", _("medium high")
    HIGH = "high", _("high")
    INSUFFICIENT = "insufficient", _("insufficient information")


class ParameterUnit(models.TextChoices):
    """What the number of a clause parameter counts."""

    DAYS = "days", _("days")
    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")
    KRONOR = "kronor", _("kronor")
    PER_CENT = "per_cent", _("per cent")


# The sub-points of a requirement: 2 a, 2 b …
POINT_LETTERS = "abcdefghijkl"


class QuestionKind(models.TextChoices):
    """How a question of a questionnaire is answered."""

    YES_NO = "yes_no", _("yes or no")
    CHOICE = "choice", _("one of several")
    TEXT = "text", _("text")
    NUMBER = "number", pgettext_lazy("answer", "number")
    FILE = "file", _("file")
    COUNTRY = "country", _("country")


class ProposalState(models.TextChoices):
    """Of a sustainability requirement in a requirement set."""

    PROPOSED = "proposed", _("proposed")
    ADOPTED = "adopted", _("adopted")
    DECLINED = "declined", _("declined")
    REPLACED = "replaced", _("replaced")


class Channel(models.TextChoices):
    """How a question reached the secretariat."""

    PORTAL = "portal", _("the portal")
    MAIL = "mail", _("e-mail")
    TELEPHONE = "telephone", _("telephone")


class Scheme(models.TextChoices):
    """Who issued a supplier's identifier."""

    ORGANISATION_NUMBER = "se_orgnr", _("Swedish organisation number")
    VAT = "vat", _("VAT number")
    LEI = "lei", _("LEI")
    GLN = "gln", _("GLN")
    DUNS = "duns", _("DUNS number")
    OS_ID = "os_id", _("OS ID")
    FOREIGN_REGISTER = "foreign", _("foreign register")
