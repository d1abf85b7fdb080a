from django.urls import path

from codeofconduct.views import chain as views

urlpatterns = [
    path("suppliers/facilities/", views.facility_list, name="facility-list"),
    path("suppliers/facilities/<slug:public_id>/", views.facility_detail, name="facility-detail"),
    path("suppliers/facilities/<slug:public_id>/edit/", views.facility_edit, name="facility-edit"),
    path("suppliers/<slug:public_id>/chain/", views.supplier_chain, name="supplier-chain"),
    path("suppliers/<slug:public_id>/facilities/new/", views.facility_add, name="facility-add"),
    path("contracts/<slug:public_id>/chain/new/", views.link_add, name="link-add"),
    path("supply-links/<slug:public_id>/edit/", views.link_edit, name="link-edit"),
    path("supply-links/<slug:public_id>/remove/", views.link_remove, name="link-remove"),
]
