from django.urls import path

from codeofconduct.views import suppliers as views

urlpatterns = [
    path("suppliers/", views.supplier_list, name="supplier-list"),
    path("suppliers/new/", views.supplier_register, name="supplier-register"),
    path("suppliers/<slug:public_id>/", views.supplier_detail, name="supplier-detail"),
]
