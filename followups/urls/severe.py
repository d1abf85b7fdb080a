from django.urls import path

from followups.views import outside_severe, severe

urlpatterns = [
    path("severe/", severe.severe_list, name="severe-list"),
    path("severe/files/<slug:public_id>/", severe.severe_file, name="severe-file"),
    path("severe/contracts/<slug:public_id>/link/", severe.reporter_issue, name="reporter-issue"),
    path("severe/links/<slug:public_id>/resend/", severe.reporter_resend, name="reporter-resend"),
    path("severe/links/<slug:public_id>/revoke/", severe.reporter_revoke, name="reporter-revoke"),
    path("severe/<slug:public_id>/", severe.severe_detail, name="severe-detail"),
    path("severe/<slug:public_id>/take-up/", severe.severe_take_up, name="severe-take-up"),
    path("severe/<slug:public_id>/link/", severe.severe_link, name="severe-link"),
    path("links/<slug:link>/severe/", outside_severe.outside_severe, name="outside-severe-report"),
]
