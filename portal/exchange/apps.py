from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "portal.exchange"
    label = "exchange"

    def ready(self) -> None:
        import portal.exchange.engine.lookups  # noqa: F401 - known to all fields from here on
        from portal.exchange import work
        from portal.exchange.actions import CHECK_JOB, IMPORT_JOB
        from portal.exchange.permissions import can_import_something
        from portal.exchange.queries import crumbs_of_run, url_of_run
        from portal.jobs.registry import JobKind, register

        for key, label, run in (
            (CHECK_JOB, _("Check of a file"), work.run_check),
            (IMPORT_JOB, _("Import of a file"), work.run_import),
        ):
            register(
                JobKind(key, label, run, result_page=url_of_run, open_to=can_import_something, parents=crumbs_of_run)
            )
