from django.urls import path

from codeofconduct.views import contracts as views

urlpatterns = [
    path("suppliers/<slug:public_id>/contracts/new/", views.contract_register, name="contract-register"),
]
