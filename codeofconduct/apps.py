from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots


class CodeOfConductConfig(AppConfig):
    name = "codeofconduct"
    verbose_name = _("Code of conduct")

    def ready(self) -> None:
        from codeofconduct import sources
        from regions.permissions import has_role

        sources.register()
        slots.navigation.register(slots.NavItem(_("Suppliers"), "codeofconduct:supplier-list", has_role), order=30)
        slots.navigation.register(
            slots.NavItem(_("Requirements"), "codeofconduct:requirement-list", has_role), order=40
        )
