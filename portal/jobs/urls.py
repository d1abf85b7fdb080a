from django.urls import path

from portal.jobs import views

app_name = "jobs"

urlpatterns = [
    path("<slug:public_id>/", views.show, name="job-show"),
    path("<slug:public_id>/progress/", views.progress, name="job-progress"),
    path("<slug:public_id>/result/", views.result, name="job-result"),
    path("<slug:public_id>/retry/", views.retry, name="job-retry"),
]
