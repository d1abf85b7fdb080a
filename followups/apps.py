from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowUpsConfig(AppConfig):
    name = "followups"
    verbose_name = _("Follow-ups")

    def ready(self) -> None:
        """Fill the places that lower rooms keep open."""
        from codeofconduct.slots import category_sections, contract_sections, supplier_sections
        from followups import relying
        from followups import slots as own
        from followups import sources as searched
        from followups.pages.calls import call_tiles
        from followups.reminders.action_plans import ACTION_PLANS
        from followups.reminders.assessments import SOURCES
        from followups.reminders.audits import AUDIT_DOCUMENTS, AUDITS
        from followups.reminders.calls import CONTRACT_CALLS
        from followups.reminders.corrective_actions import CORRECTIVE_ACTIONS
        from followups.reminders.outcome import DECISIONS_AWAITED, STEPS_PASSING
        from followups.reminders.severe import SEVERE_REPORTS
        from followups.reminders.summaries import FACT_CHECKS
        from followups.resources.follow_ups import FOLLOW_UPS
        from followups.resources.lists import KINDS as LISTS
        from followups.tasks import documents, receipts, summaries
        from portal import slots
        from portal.exchange import registry
        from portal.reminders import sources

        slots.navigation.register(own.NAV_ITEM, order=20)
        slots.public_pages.register(own.PUBLIC_PAGE)
        slots.attention.register(own.attention_tiles, key="followups", order=20)
        slots.attention.register(call_tiles, key="calls", order=15)
        slots.start_sections.register(own.start_section, key="followups", order=20)
        supplier_sections.register(own.supplier_section, key="followups", order=20)
        contract_sections.register(own.contract_section, key="followups", order=20)
        contract_sections.register(own.contract_severe_section, key="followups-severe", order=30)
        category_sections.register(own.category_section, key="followups", order=20)
        sources.register(CORRECTIVE_ACTIONS)
        for source in SOURCES:
            sources.register(source)
        sources.register(CONTRACT_CALLS)
        sources.register(DECISIONS_AWAITED)
        sources.register(STEPS_PASSING)
        sources.register(FACT_CHECKS)
        sources.register(ACTION_PLANS)
        sources.register(SEVERE_REPORTS)
        sources.register(AUDITS)
        sources.register(AUDIT_DOCUMENTS)
        searched.register()
        for kind in (FOLLOW_UPS, *LISTS):
            registry.register(kind)
        receipts.register_jobs()
        summaries.register_jobs()
        documents.register_jobs()
        relying.register()
