from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = _("Funding")

    def ready(self) -> None:
        from funding import slots as filled
        from funding.permissions import can_see_funding
        from regions.slots import region_sections
        from regions.slots import region_sections

        slots.navigation.register(slots.NavItem(_("Funding"), "funding:year-list", can_see_funding), order=50)
        slots.attention.register(filled.attention_tiles, key="funding", order=60)
        slots.start_asides.register(filled.own_contributions, key="funding")
        region_sections.register(filled.region_contribution, key="funding")
