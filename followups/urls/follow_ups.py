from django.urls import path

from followups.views import findings, follow_ups, process

urlpatterns = [
    path("", follow_ups.follow_up_list, name="follow-up-list"),
    path("process/", process.process, name="process"),
    path("new/", follow_ups.follow_up_open, name="follow-up-open"),
    path("<slug:public_id>/", follow_ups.follow_up_detail, name="follow-up-detail"),
    path("<slug:public_id>/assign/", follow_ups.follow_up_assign, name="follow-up-assign"),
    path("<slug:public_id>/share/", follow_ups.follow_up_share, name="follow-up-share"),
    path("<slug:public_id>/move/", follow_ups.follow_up_move, name="follow-up-move"),
    path("<slug:public_id>/findings/new/", findings.finding_submit, name="finding-submit"),
    path("findings/<slug:public_id>/edit/", findings.finding_edit, name="finding-edit"),
    path("findings/<slug:public_id>/actions/new/", findings.action_add, name="action-add"),
    path("actions/<slug:public_id>/done/", findings.action_done, name="action-done"),
    path("evidence/<slug:public_id>/", findings.evidence_download, name="evidence-download"),
]
