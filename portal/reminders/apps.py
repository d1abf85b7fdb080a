from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "portal.reminders"
    label = "reminders"
    verbose_name = _("Reminders")

    def ready(self) -> None:
        """Letters are looked at once more before they leave; the keeper hears when nobody is reminded."""
        from portal import slots
        from portal.outbox import gates
        from portal.reminders.letters import text_now
        from portal.reminders.slots import attention_tiles

        gates.register("reminder", text_now)
        gates.register("digest", text_now)
        slots.attention.register(attention_tiles, key="reminders", order=95)
        slots.mail_pages.register(
            slots.NavItem(_("Which reminders do you get?"), "reminders:preference-edit"), order=10
        )
