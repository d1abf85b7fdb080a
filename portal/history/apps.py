from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HistoryConfig(AppConfig):
    name = "portal.history"
    label = "history"

    def ready(self) -> None:
        from portal.history import grants

        post_migrate.connect(grants.apply, sender=self)
