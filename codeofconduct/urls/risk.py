from django.urls import path

from codeofconduct.views import plans
from codeofconduct.views import risk as views

urlpatterns = [
    path("risk/", views.risk_map, name="risk-map"),
    path("categories/<slug:public_id>/risk/", views.assessment_list, name="assessment-list"),
    path("categories/<slug:public_id>/risk/new/", views.assessment_start, name="assessment-start"),
    path("risk-assessments/<slug:public_id>/", views.assessment_detail, name="assessment-detail"),
    path("risk-assessments/<slug:public_id>/edit/", views.assessment_edit, name="assessment-edit"),
    path("risk-assessments/<slug:public_id>/settle/", views.assessment_settle, name="assessment-settle"),
    path("risk-assessments/<slug:public_id>/discard/", views.assessment_discard, name="assessment-discard"),
    path("risk-assessments/<slug:public_id>/report/", views.assessment_report, name="assessment-report"),
    path("risk-assessments/<slug:public_id>/compare/", views.assessment_compare, name="assessment-compare"),
    path("risk-assessments/<slug:public_id>/<slug:area>/<slug:stage>/", views.assessment_cell, name="assessment-cell"),
    path("categories/<slug:public_id>/plans/new/", plans.plan_add, name="plan-add"),
    path("category-plans/<slug:public_id>/", plans.plan_detail, name="plan-detail"),
    path("category-plans/<slug:public_id>/edit/", plans.plan_edit, name="plan-edit"),
    path("category-plans/<slug:public_id>/tasks/new/", plans.task_add, name="task-add"),
    path("plan-tasks/", plans.task_list, name="task-list"),
    path("plan-tasks/<slug:public_id>/edit/", plans.task_edit, name="task-edit"),
    path("plan-tasks/<slug:public_id>/done/", plans.task_finish, name="task-finish"),
    path("plan-tasks/<slug:public_id>/reopen/", plans.task_reopen, name="task-reopen"),
]
