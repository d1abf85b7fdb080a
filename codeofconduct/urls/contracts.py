from django.urls import path

from codeofconduct.views import contracts as views

urlpatterns = [
    path("contracts/", views.contract_list, name="contract-list"),
    path("contracts/bodies/", views.contracting_body_list, name="contracting-body-list"),
    path("contracts/<slug:public_id>/", views.contract_detail, name="contract-detail"),
    path("contracts/<slug:public_id>/edit/", views.contract_edit, name="contract-edit"),
    path("contracts/<slug:public_id>/parameters/", views.contract_parameters, name="contract-parameters"),
    path("suppliers/<slug:public_id>/contracts/new/", views.contract_register, name="contract-register"),
]
