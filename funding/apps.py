from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = _("Funding")

    def ready(self) -> None:
        from funding import slots as filled
        from funding import tasks
        from funding.permissions import can_export_report, can_see_funding
        from funding.queries.reports import REPORT_JOB
        from portal.jobs import registry
        from regions.slots import region_sections

        slots.navigation.register(slots.NavItem(_("Funding"), "funding:year-list", can_see_funding), order=50)
        slots.attention.register(filled.attention_tiles, key="funding", order=60)
        slots.start_asides.register(filled.own_contributions, key="funding")
        region_sections.register(filled.region_contribution, key="funding")
        registry.register(
            registry.JobKind(
                key=REPORT_JOB,
                label=_("Funding report"),
                run=tasks.run_report,
                result_url=tasks.report_url,
                completed=tasks.keep_report,
                open_to=can_export_report,
                parents=tasks.report_parents,
            )
        )
