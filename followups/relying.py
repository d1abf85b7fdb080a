"""What reuse, others' results and the past put into the places that other rooms and kits keep open."""


def register() -> None:
    """Sections of supplier and contract pages, the search, files in and out, and reminders."""
    from codeofconduct.slots import contract_sections, supplier_sections
    from followups.pages import reuse
    from followups.reminders.reuse import REUSES
    from followups.resources.external import EXTERNAL_RESULTS
    from followups.resources.ledger import KINDS
    from followups.resources.past import PAST_FOLLOW_UPS
    from followups.resources.surveys import SURVEYS
    from followups.searching_external import SEARCHED
    from portal.exchange import registry
    from portal.reminders import sources
    from portal.search import sources as searched

    supplier_sections.register(reuse.supplier_section, key="reuse", order=21)
    contract_sections.register(reuse.contract_section, key="reuse", order=21)
    searched.register(SEARCHED)
    sources.register(REUSES)
    for kind in (*KINDS, EXTERNAL_RESULTS, PAST_FOLLOW_UPS, SURVEYS):
        registry.register(kind)
