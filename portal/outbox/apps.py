from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "portal.outbox"
    label = "outbox"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from portal import slots
        from portal.outbox.slots import attention_tiles

        slots.attention.register(attention_tiles, key="outbox", order=90)
