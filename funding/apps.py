from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import slots


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = _("Funding")

    def ready(self) -> None:
        from funding import slots as filled
        from funding import tasks
        from funding.permissions import (
            can_export_report,
            can_import_outcomes,
            can_import_payments,
            can_import_price_index,
            can_make_documents,
            can_see_entries,
            can_see_funding,
            can_see_invoicing,
        )
        from funding.queries.documents import DOCUMENTS_JOB
        from funding.queries.reports import REPORT_JOB
        from funding.resources import ContributionResource, PaymentResource, contributions_listed, payments_listed
        from funding.resources.budget import BudgetLineResource, OutcomeResource, lines_listed, outcomes_listed
        from funding.resources.invoicing import (
            InvoiceBasisResource,
            PriceIndexResource,
            invoice_bases_listed,
            price_indices_listed,
        )
        from funding.resources.statements import (
            SpendingResource,
            StatementResource,
            spending_listed,
            statements_listed,
        )
        from portal.exchange.registry import ExchangeKind, register
        from portal.jobs import registry
        from regions.slots import region_sections

        register(
            ExchangeKind(
                "contributions",
                _("Contributions"),
                ContributionResource,
                contributions_listed,
                "funding:year-list",
                may_export=can_see_funding,
                order=80,
            )
        )
        register(
            ExchangeKind(
                "payments",
                _("Payments"),
                PaymentResource,
                payments_listed,
                "funding:year-list",
                may_import=can_import_payments,
                may_export=can_see_funding,
                note=_("A payment is known again by its invoice number. The year must have been opened."),
                order=85,
            )
        )
        register(
            ExchangeKind(
                "budget-lines",
                _("Budget lines"),
                BudgetLineResource,
                lines_listed,
                "funding:year-list",
                may_export=can_see_funding,
                order=86,
            )
        )
        register(
            ExchangeKind(
                "outcomes",
                _("Outcome of the budget"),
                OutcomeResource,
                outcomes_listed,
                "funding:year-list",
                may_import=can_import_outcomes,
                may_export=can_see_entries,
                note=_("An entry is known again by its year and voucher. The year's budget lines must be there."),
                order=87,
            )
        )
        register(
            ExchangeKind(
                "invoice_bases",
                _("Invoicing bases"),
                InvoiceBasisResource,
                invoice_bases_listed,
                "funding:year-list",
                may_export=can_see_invoicing,
                order=82,
            )
        )
        register(
            ExchangeKind(
                "statements",
                _("Contributions over the years"),
                StatementResource,
                statements_listed,
                "funding:year-list",
                may_export=can_see_funding,
                order=88,
            )
        )
        register(
            ExchangeKind(
                "spending",
                _("What went to audits"),
                SpendingResource,
                spending_listed,
                "funding:year-list",
                may_export=can_see_funding,
                order=89,
            )
        )
        register(
            ExchangeKind(
                "price_indices",
                _("Price index"),
                PriceIndexResource,
                price_indices_listed,
                "funding:price-index",
                may_import=can_import_price_index,
                may_export=can_see_funding,
                note=_(
                    "Year and value are enough. A figure that differs from the one that counts is added beside it; nothing "
                    "is overwritten. The statements take the index that has figures for most of the years."
                ),
                order=90,
            )
        )
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
                parents=tasks.year_parents,
            )
        )
        registry.register(
            registry.JobKind(
                key=DOCUMENTS_JOB,
                label=_("Documents of the regions"),
                run=tasks.run_documents,
                result_page=tasks.documents_page,
                completed=tasks.keep_documents,
                open_to=can_make_documents,
                parents=tasks.year_parents,
            )
        )
