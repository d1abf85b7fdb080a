from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots


class CodeOfConductConfig(AppConfig):
    name = "codeofconduct"
    verbose_name = _("Code of conduct")

    def ready(self) -> None:
        from codeofconduct import copiers, questionnaire_tasks, sources, tasks
        from codeofconduct.permissions import sees_contracts
        from codeofconduct.presentation import knowledge, plans
        from codeofconduct.presentation.chain import contract_section
        from codeofconduct.presentation.contracts import attention_tiles
        from codeofconduct.questionnaire_writing import register_questionnaires
        from codeofconduct.reminders import PLAN_TASKS
        from codeofconduct.resources import register_kinds
        from codeofconduct.slots import contract_sections
        from portal.reminders.sources import register
        from regions.permissions import has_role

        copiers.register_documents()
        tasks.register_jobs()
        register_questionnaires()
        questionnaire_tasks.register_jobs()
        sources.register()
        register(PLAN_TASKS)
        slots.navigation.register(slots.NavItem(_("Suppliers"), "codeofconduct:supplier-list", has_role), order=30)
        slots.navigation.register(
            slots.NavItem(_("Contracts"), "codeofconduct:contract-list", sees_contracts), order=32
        )
        slots.attention.register(attention_tiles, key="contracts", order=40)
        slots.navigation.register(slots.NavItem(_("Categories"), "codeofconduct:category-list", has_role), order=35)
        slots.attention.register(plans.attention_tiles, key="plans", order=42)
        slots.navigation.register(
            slots.NavItem(_("Requirements"), "codeofconduct:requirement-list", has_role), order=40
        )
        slots.navigation.register(slots.NavItem(_("Knowledge"), "codeofconduct:knowledge", has_role), order=45)
        slots.attention.register(knowledge.attention_tiles, key="knowledge", order=45)
        register_kinds()
        contract_sections.register(contract_section, key="chain", order=10)
