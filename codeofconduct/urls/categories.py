from django.urls import path

from codeofconduct.views import categories as views
from codeofconduct.views import priorities

urlpatterns = [
    path("categories/", views.category_list, name="category-list"),
    path("categories/new/", views.category_add, name="category-add"),
    path("categories/<slug:public_id>/", views.category_detail, name="category-detail"),
    path("categories/<slug:public_id>/edit/", views.category_edit, name="category-edit"),
    path("categories/<slug:public_id>/history/", views.category_history, name="category-history"),
    path("categories/<slug:public_id>/owner/", views.category_owner, name="category-owner"),
    path("categories/<slug:public_id>/owner/undo/", views.category_owner_undo, name="category-owner-undo"),
    path("categories/<slug:public_id>/cpv/", views.category_cpv, name="category-cpv"),
    path("categories/<slug:public_id>/cpv/remove/", views.category_cpv_remove, name="category-cpv-remove"),
    path("cpv-codes/", views.cpv_list, name="cpv-list"),
    path("priority-periods/", priorities.period_list, name="period-list"),
    path("priority-periods/new/", priorities.period_add, name="period-add"),
    path("priority-periods/<slug:public_id>/", priorities.period_detail, name="period-detail"),
    path("priority-periods/<slug:public_id>/discard/", priorities.period_discard, name="period-discard"),
    path("priority-periods/<slug:public_id>/prioritise/", priorities.period_prioritise, name="period-prioritise"),
    path(
        "priority-periods/<slug:public_id>/withdraw/<slug:category_id>/",
        priorities.period_withdraw,
        name="period-withdraw",
    ),
]
