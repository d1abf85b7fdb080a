from django.urls import path

from followups.views import board, calendar, calls, plan

urlpatterns = [
    path("calls/", calls.call_list, name="call-list"),
    path("calls/new/", calls.call_open, name="call-open"),
    path("calls/<slug:public_id>/", calls.call_detail, name="call-detail"),
    path("calls/<slug:public_id>/edit/", calls.call_edit, name="call-edit"),
    path("calls/<slug:public_id>/close/", calls.call_close, name="call-close"),
    path("calls/<slug:public_id>/reopen/", calls.call_reopen, name="call-reopen"),
    path("calls/<slug:public_id>/regions/<slug:code>/", calls.answer_detail, name="answer-detail"),
    path("calls/<slug:public_id>/regions/<slug:code>/edit/", calls.answer_edit, name="answer-edit"),
    path("calls/<slug:public_id>/regions/<slug:code>/file/", calls.answer_upload, name="answer-upload"),
    path("calls/<slug:public_id>/regions/<slug:code>/same/", calls.answer_same, name="answer-same"),
    path("calls/<slug:public_id>/regions/<slug:code>/none/", calls.answer_none, name="answer-none"),
    path("calls/<slug:public_id>/plan/", plan.plan_draw_up, name="plan-draw-up"),
    path("plans/conditions/", plan.plan_conditions, name="plan-conditions"),
    path("plans/conditions/new/", plan.setting_add, name="setting-add"),
    path("plans/conditions/clauses/<slug:public_id>/", plan.terms_edit, name="terms-edit"),
    path("plans/<slug:public_id>/", plan.plan_detail, name="plan-detail"),
    path("plans/<slug:public_id>/agree/", plan.plan_agree, name="plan-agree"),
    path("plans/<slug:public_id>/agree/<slug:letter>/", plan.plan_agree_group, name="plan-agree-group"),
    path("plans/<slug:public_id>/open/", plan.plan_open, name="plan-open"),
    path("candidates/<slug:public_id>/", plan.candidate_detail, name="candidate-detail"),
    path("candidates/<slug:public_id>/decide/", plan.candidate_decide, name="candidate-decide"),
    path("candidates/<slug:public_id>/agree/", plan.candidate_agree, name="candidate-agree"),
    path("candidates/<slug:public_id>/open/", plan.candidate_open, name="candidate-open"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("board/", board.board, name="board"),
    path("groups/<slug:letter>/", board.group_list, name="group-list"),
    path("<slug:public_id>/unannounced/", plan.unannounced_set, name="unannounced-set"),
]
