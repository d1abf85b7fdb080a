from django.urls import path

from codeofconduct import views

app_name = "codeofconduct"
urlpatterns = [
    path("suppliers/", views.supplier_list, name="supplier-list"),
    path("suppliers/new/", views.supplier_register, name="supplier-register"),
    path("suppliers/<slug:public_id>/", views.supplier_detail, name="supplier-detail"),
    path("suppliers/<slug:public_id>/contracts/new/", views.contract_register, name="contract-register"),
    path("requirements/", views.requirement_list, name="requirement-list"),
]
