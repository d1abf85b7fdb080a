from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"

    def ready(self) -> None:
        slots.navigation.register(slots.NavItem(_("Start"), "home:start"), order=10)
        slots.navigation.register(slots.NavItem(_("Messages"), "outbox:message-list"), order=70)
