from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots


class RegionsConfig(AppConfig):
    name = "regions"
    verbose_name = _("Regions")

    def ready(self) -> None:
        from portal.exchange.registry import ExchangeKind, register
        from portal.jobs import registry
        from regions.permissions import has_role, is_admin
        from regions.resources import UserResource, users_listed
        from regions.tasks import FETCH

        registry.register(FETCH)

        register(
            ExchangeKind(
                "users",
                _("Users"),
                UserResource,
                users_listed,
                may_import=is_admin,
                may_export=is_admin,
                note=_("A user is known again by id or e-mail address."),
                order=90,
            )
        )
        slots.navigation.register(slots.NavItem(_("Regions"), "regions:region-list", has_role), order=60)
