from django.urls import path

from followups.views import bulk, lists, saved_views

urlpatterns = [
    path("findings/", lists.finding_list, name="finding-list"),
    path("actions/", lists.action_list, name="action-list"),
    path("bulk/assign/", bulk.bulk_assign, name="bulk-assign"),
    path("bulk/share/", bulk.bulk_share, name="bulk-share"),
    path("bulk/done/", bulk.bulk_done, name="bulk-done"),
    path("bulk/due/", bulk.bulk_due, name="bulk-due"),
    path("views/", saved_views.view_list, name="saved-view-list"),
    path("views/<slug:list_key>/save/", saved_views.view_save, name="saved-view-save"),
    path("views/<slug:public_id>/share/", saved_views.view_share, name="saved-view-share"),
    path("views/<slug:public_id>/remove/", saved_views.view_remove, name="saved-view-remove"),
]
