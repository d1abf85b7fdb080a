"""What is published: addresses without a log-in, each in Swedish and English. Included by the portal as `published`."""

from django.urls import path, register_converter

from followups.feeds import ResultsFeed
from followups.views import public as views


class Language:
    """A language of the pages."""

    regex = "sv|en"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Language, "language")

app_name = "published"
urlpatterns = [
    path("", views.result_start, name="result-start"),
    path("data.csv", views.result_csv, name="result-csv"),
    path("data.json", views.result_json, name="result-json"),
    path("<language:language>/", views.result_list, name="result-list"),
    path("<language:language>/data/", views.result_data, name="result-data"),
    path("<language:language>/feed/", views.public(ResultsFeed()), name="result-feed"),
    path("<language:language>/categories/<slug:public_id>/", views.result_category, name="result-category"),
    path("<language:language>/summaries/<slug:public_id>/", views.result_detail, name="result-detail"),
    path("<language:language>/summaries/<slug:public_id>/pdf/", views.result_pdf, name="result-pdf"),
]
