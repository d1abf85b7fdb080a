from django.urls import path, register_converter

from funding import views


class YearConverter:
    """A year is addressed by its number, which is public anyway."""

    regex = "20[0-9]{2}|2100"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(YearConverter, "funding_year")

app_name = "funding"
urlpatterns = [
    path("", views.year_list, name="year-list"),
    path("open/", views.year_open, name="year-open"),
    path("<funding_year:year>/", views.year_detail, name="year-detail"),
    path("<funding_year:year>/regions/<slug:code>/basis/", views.basis_enter, name="basis-enter"),
    path("<funding_year:year>/reports/<slug:public_id>/", views.report_download, name="report-download"),
    path("<funding_year:year>/report/", views.report_export, name="report-export"),
]
