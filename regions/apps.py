from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots


class RegionsConfig(AppConfig):
    name = "regions"
    verbose_name = _("Regions")

    def ready(self) -> None:
        from regions.permissions import has_role

        slots.navigation.register(slots.NavItem(_("Regions"), "regions:region-list", has_role), order=60)
