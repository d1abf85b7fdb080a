from django.urls import path

from followups.views import summaries as views

urlpatterns = [
    path("<slug:public_id>/summary/", views.summary_detail, name="summary-detail"),
    path("<slug:public_id>/summary/draft/", views.summary_draft, name="summary-draft"),
    path("<slug:public_id>/summary/edit/", views.summary_edit, name="summary-edit"),
    path("<slug:public_id>/summary/check/", views.summary_check, name="summary-check"),
    path("<slug:public_id>/summary/answer/", views.summary_answer, name="summary-answer"),
    path("<slug:public_id>/summary/publish/", views.summary_publish, name="summary-publish"),
    path("<slug:public_id>/summary/withdraw/", views.summary_withdraw, name="summary-withdraw"),
    path("links/<slug:link>/fact-check/<slug:public_id>/", views.outside_check, name="outside-fact-check"),
]
