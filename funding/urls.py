from django.urls import path, register_converter

from funding.enums import YearState
from funding.views import (
    bases,
    briefs,
    budget,
    budget_lines,
    contributions,
    documents,
    invoicing,
    outcomes,
    rates,
    regions,
    reports,
    scenarios,
    statements,
    steps,
    years,
)


class YearConverter:
    """A year is addressed by its number, which is public anyway."""

    regex = "20[0-9]{2}|2100"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class StateConverter:
    """A state by its word."""

    regex = "|".join(YearState.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(YearConverter, "funding_year")
register_converter(StateConverter, "year_state")

app_name = "funding"
urlpatterns = [
    path("", years.year_list, name="year-list"),
    path("rates/new/", rates.rate_register, name="rate-register"),
    path("rates/<slug:public_id>/", rates.rate_correct, name="rate-correct"),
    path("regions/<slug:code>/", regions.region_show, name="region-show"),
    path("open/", years.year_open, name="year-open"),
    path("scenarios/", scenarios.scenario_compare, name="scenario-compare"),
    path("scenarios/export/<slug:form>/", scenarios.scenario_export, name="scenario-export"),
    path("vat/", invoicing.vat, name="vat"),
    path("price-index/", statements.price_index, name="price-index"),
    path("regions/<slug:code>/payer/", invoicing.payer, name="payer"),
    path("regions/<slug:code>/statement/", statements.statement, name="statement"),
    path("<funding_year:year>/invoicing/", invoicing.invoicing, name="invoicing"),
    path("<funding_year:year>/invoicing/terms/", invoicing.invoicing_terms, name="invoicing-terms"),
    path("<funding_year:year>/", years.year_detail, name="year-detail"),
    path("<funding_year:year>/to/<year_state:target>/", steps.year_move, name="year-move"),
    path("<funding_year:year>/reopenings/<slug:public_id>/confirm/", steps.reopening_confirm, name="reopening-confirm"),
    path("<funding_year:year>/reopenings/<slug:public_id>/decline/", steps.reopening_decline, name="reopening-decline"),
    path("<funding_year:year>/regions/<slug:code>/", contributions.contribution_detail, name="contribution-detail"),
    path(
        "<funding_year:year>/regions/<slug:code>/history/",
        contributions.contribution_history,
        name="contribution-history",
    ),
    path("<funding_year:year>/regions/<slug:code>/decide/", contributions.decision_register, name="decision-register"),
    path(
        "<funding_year:year>/regions/<slug:code>/decisions/<slug:public_id>/withdraw/",
        contributions.decision_withdraw,
        name="decision-withdraw",
    ),
    path("decisions/<slug:public_id>/document/", contributions.decision_document, name="decision-document"),
    path("<funding_year:year>/regions/<slug:code>/basis/", bases.basis_enter, name="basis-enter"),
    path("<funding_year:year>/regions/<slug:code>/documents/", documents.documents_make, name="region-documents-make"),
    path("<funding_year:year>/documents/", documents.documents_make, name="documents-make"),
    path("documents/<slug:public_id>/", documents.document_download, name="region-document-download"),
    path("<funding_year:year>/brief/", briefs.brief_edit, name="brief-edit"),
    path("<funding_year:year>/reports/<slug:public_id>/", reports.report_download, name="report-download"),
    path("<funding_year:year>/report/", reports.report_export, name="report-export"),
    path("<funding_year:year>/budget/", budget.budget_detail, name="budget-detail"),
    path("<funding_year:year>/budget/spending/", budget.spending_detail, name="spending-detail"),
    path("<funding_year:year>/budget/lines/new/", budget_lines.line_add, name="line-add"),
    path("<funding_year:year>/budget/lines/<slug:public_id>/", budget_lines.line_detail, name="line-detail"),
    path("<funding_year:year>/budget/lines/<slug:public_id>/revise/", budget_lines.line_revise, name="line-revise"),
    path("<funding_year:year>/budget/lines/<slug:public_id>/enter/", outcomes.outcome_enter, name="outcome-enter"),
    path(
        "<funding_year:year>/budget/outcomes/<slug:public_id>/correct/",
        outcomes.outcome_correct,
        name="outcome-correct",
    ),
    path(
        "<funding_year:year>/budget/outcomes/<slug:public_id>/withdraw/",
        outcomes.outcome_withdraw,
        name="outcome-withdraw",
    ),
]
