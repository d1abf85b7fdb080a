"""What it takes for a result to spare a follow-up: methods, levels of terms, and who made results outside the portal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Level


class Method(models.TextChoices):
    """How something was followed up. Which method stands in for which is the secretariat's to say (`ReuseRules`)."""

    SELF_ASSESSMENT = "self_assessment", _("self-assessment")
    OFFICE_AUDIT = "office_audit", _("office audit")
    FACTORY_AUDIT = "factory_audit", _("factory audit")
    FOLLOW_UP_AUDIT = "follow_up_audit", _("follow-up audit")
    CERTIFICATION = "certification", _("certification")
    OTHER = "other", _("another method")


# What a region would otherwise do itself: what a reuse avoids, and what a standard cost is kept for.
AVOIDABLE = (Method.SELF_ASSESSMENT, Method.OFFICE_AUDIT, Method.FACTORY_AUDIT)

# Of a new installation, until the secretariat says otherwise: (what one would do, what stands in for it).
SIMILAR = (
    (Method.SELF_ASSESSMENT, Method.SELF_ASSESSMENT),
    (Method.SELF_ASSESSMENT, Method.OFFICE_AUDIT),
    (Method.SELF_ASSESSMENT, Method.FOLLOW_UP_AUDIT),
    (Method.OFFICE_AUDIT, Method.OFFICE_AUDIT),
    (Method.OFFICE_AUDIT, Method.FOLLOW_UP_AUDIT),
    (Method.FACTORY_AUDIT, Method.FACTORY_AUDIT),
)


class TermsLevel(models.TextChoices):
    """The level of the terms that a result was made under, where they need not be the regions' own."""

    BASIC = Level.BASIC.value, Level.BASIC.label
    ADVANCED = Level.ADVANCED.value, Level.ADVANCED.label
    UNKNOWN = "unknown", _("unknown level")


HEIGHT = {TermsLevel.UNKNOWN.value: 0, Level.BASIC.value: 1, Level.ADVANCED.value: 2}


class Progress(models.TextChoices):
    """How far along something that exists already is."""

    DONE = "done", _("done")
    UNDER_WAY = "under_way", _("under way")
    PLANNED = "planned", _("planned")


class BodyKind(models.TextChoices):
    """What sort of body carries out follow-ups outside the portal."""

    JOINT = "joint", _("joint purchasing body")
    AUTHORITY = "authority", _("another authority")
    ABROAD = "abroad", _("partner abroad")
    SCHEME = "scheme", _("scheme of the industry")


class DocumentKind(models.TextChoices):
    """What an earlier document is."""

    AUDIT_REPORT = "audit_report", _("audit report")
    SELF_ASSESSMENT = "self_assessment", _("self-assessment")
    OTHER = "other", _("another document")
