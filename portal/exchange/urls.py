from django.urls import path

from portal.exchange import views

app_name = "exchange"

urlpatterns = [
    path("", views.home, name="home"),
    path("runs/<slug:public_id>/", views.run_show, name="run-show"),
    path("runs/<slug:public_id>/progress/", views.run_progress, name="run-progress"),
    path("runs/<slug:public_id>/report/", views.run_report, name="run-report"),
    path("runs/<slug:public_id>/confirm/", views.run_confirm, name="run-confirm"),
    path("runs/<slug:public_id>/check/", views.run_check, name="run-check"),
    path("<slug:kind>/import/", views.file_import, name="file-import"),
    path("<slug:kind>/template/<slug:form>/", views.template, name="template"),
    path("<slug:kind>/export/", views.file_export, name="file-export"),
]
