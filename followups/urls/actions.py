from django.urls import path

from followups.views import actions, findings, outside_actions, severities

urlpatterns = [
    path("severities/", severities.severity_list, name="severity-list"),
    path("severities/<slug:key>/edit/", severities.severity_edit, name="severity-edit"),
    path("findings/<slug:public_id>/evidence/new/", findings.evidence_add, name="evidence-add"),
    path("evidence/<slug:public_id>/edit/", findings.evidence_edit, name="evidence-edit"),
    path("actions/<slug:public_id>/", actions.action_detail, name="action-detail"),
    path("actions/<slug:public_id>/move/<slug:move>/", actions.action_move, name="action-move"),
    path("deliveries/<slug:public_id>/", actions.delivery_file, name="delivery-file"),
    path("links/<slug:link>/plan/", outside_actions.outside_plan, name="outside-plan-send"),
    path("links/<slug:link>/actions/<slug:public_id>/", outside_actions.outside_action, name="outside-action-deliver"),
    path(
        "links/<slug:link>/findings/<slug:public_id>/reply/", outside_actions.outside_reply, name="outside-reply-write"
    ),
    path("<slug:public_id>/plan/ask/", actions.action_plan_ask, name="action-plan-ask"),
    path("<slug:public_id>/plan/answer/", actions.action_plan_answer, name="action-plan-answer"),
]
