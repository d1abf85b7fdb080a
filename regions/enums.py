from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a membership lets its holder be. Labels as on the pages; `SCOPE` says what each needs beside it."""

    SECRETARIAT = "secretariat", _("Secretariat")
    ADMIN = "admin", _("Administrator")
    BUYER = "buyer", _("Regional user")
    AREA_COORDINATOR = "area_coordinator", _("Area coordinator")
    REGIONAL_COORDINATOR = "regional_coordinator", _("Regional coordinator")
    READER = "reader", _("Read access")


NATIONAL_ROLES = (Role.SECRETARIAT, Role.ADMIN, Role.READER)
REGION_ROLES = (Role.BUYER, Role.REGIONAL_COORDINATOR)
GROUP_ROLES = (Role.AREA_COORDINATOR,)


class Standing(models.TextChoices):
    """Of a population figure: SCB's own words."""

    PRELIMINARY = "preliminary", _("preliminary")
    FINAL = "final", _("final")


class CountedOn(models.TextChoices):
    """Which day a figure of a whole year is for; quarters say it themselves. A forecast is no figure that was counted."""

    DECEMBER = "december", _("31 December")
    NOVEMBER = "november", _("1 November")
    FORECAST = "forecast", _("31 December, as a forecast")

    @property
    def in_swedish(self) -> str:
        """As a source is written down, whoever writes it."""
        words = {self.DECEMBER: "31 december", self.NOVEMBER: "1 november", self.FORECAST: "prognos för 31 december"}
        return words[self]


class SharingTier(models.TextChoices):
    """Who may see a thing beside those it concerns: three tiers of disclosure (product rule 5)."""

    CONCERNED = "concerned", _("The secretariat and the regions concerned")
    REGIONS = "regions", _("All regions")
    PUBLIC = "public", _("Public")
