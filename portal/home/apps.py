from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"

    def ready(self) -> None:
        from funding.outside import hand_in
        from portal.exchange.permissions import can_exchange
        from portal.home.work import CooperationWork
        from regions.permissions import has_role

        slots.navigation.register(slots.NavItem(_("Start"), "home:start"), order=10)
        slots.navigation.register(slots.NavItem(_("Import and export"), "exchange:home", can_exchange), order=65)
        slots.navigation.register(slots.NavItem(_("Messages"), "outbox:message-list"), order=70)
        hand_in(CooperationWork())
        slots.search.register(slots.NavItem(_("Search"), "home:search", has_role))
