from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots

# URL names of pages that hang under an item of the navigation, but not under its address.
WITHIN_SUPPLIERS = tuple(
    f"codeofconduct:{kind}-" for kind in ("facility", "contact", "identifier", "commitment", "duplicate")
)
WITHIN_CATEGORIES = tuple(f"codeofconduct:{kind}-" for kind in ("risk", "assessment", "period", "cpv", "plan", "task"))
WITHIN_REQUIREMENTS = (
    "codeofconduct:harmonisation",
    *(
        f"codeofconduct:{kind}-"
        for kind in ("requirement", "variant", "document", "version", "guidance", "questionnaire")
    ),
)


class CodeOfConductConfig(AppConfig):
    name = "codeofconduct"
    verbose_name = _("Code of conduct")

    def ready(self) -> None:
        from codeofconduct import copiers, questionnaire_tasks, sources, tasks
        from codeofconduct.permissions import sees_contracts
        from codeofconduct.presentation import knowledge, plans, suppliers
        from codeofconduct.presentation.chain import contract_section
        from codeofconduct.presentation.contracts import attention_tiles
        from codeofconduct.presentation.degrees import region_section
        from codeofconduct.questionnaire_writing import register_questionnaires
        from codeofconduct.reminders import PLAN_TASKS
        from codeofconduct.resources import register_kinds
        from codeofconduct.slots import contract_sections
        from portal.reminders.sources import register
        from regions.permissions import has_role
        from regions.slots import region_sections

        copiers.register_documents()
        tasks.register_jobs()
        register_questionnaires()
        questionnaire_tasks.register_jobs()
        sources.register()
        register(PLAN_TASKS)
        slots.navigation.register(
            slots.NavItem(_("Suppliers"), "codeofconduct:supplier-list", has_role, within=WITHIN_SUPPLIERS), order=30
        )
        slots.navigation.register(
            slots.NavItem(_("Contracts"), "codeofconduct:contract-list", sees_contracts), order=32
        )
        slots.attention.register(attention_tiles, key="contracts", order=40)
        slots.attention.register(suppliers.attention_tiles, key="duplicates", order=41)
        slots.navigation.register(
            slots.NavItem(_("Categories"), "codeofconduct:category-list", has_role, within=WITHIN_CATEGORIES), order=35
        )
        slots.attention.register(plans.attention_tiles, key="plans", order=42)
        slots.navigation.register(
            slots.NavItem(_("Requirements"), "codeofconduct:requirement-list", has_role, within=WITHIN_REQUIREMENTS),
            order=40,
        )
        slots.navigation.register(slots.NavItem(_("Knowledge"), "codeofconduct:knowledge", has_role), order=45)
        slots.attention.register(knowledge.attention_tiles, key="knowledge", order=45)
        register_kinds()
        contract_sections.register(contract_section, key="chain", order=10)
        region_sections.register(region_section, key="harmonisation", order=40)
