from django.urls import path

from codeofconduct.views import contacts, duplicates
from codeofconduct.views import suppliers as views

urlpatterns = [
    path("suppliers/", views.supplier_list, name="supplier-list"),
    path("suppliers/new/", views.supplier_register, name="supplier-register"),
    path("suppliers/duplicates/", duplicates.duplicate_list, name="duplicate-list"),
    path("suppliers/duplicates/<slug:public_id>/", duplicates.duplicate_compare, name="duplicate-compare"),
    path("suppliers/duplicates/<slug:public_id>/dismiss/", duplicates.duplicate_dismiss, name="duplicate-dismiss"),
    path("suppliers/<slug:public_id>/", views.supplier_detail, name="supplier-detail"),
    path("suppliers/<slug:public_id>/edit/", views.supplier_edit, name="supplier-edit"),
    path("suppliers/<slug:public_id>/history/", views.supplier_history, name="supplier-history"),
    path("suppliers/<slug:public_id>/merge/", duplicates.supplier_merge, name="supplier-merge"),
    path("suppliers/<slug:public_id>/numbers/new/", views.identifier_add, name="identifier-add"),
    path("suppliers/<slug:public_id>/numbers/end/", views.identifier_end, name="identifier-end"),
    path("suppliers/<slug:public_id>/contacts/", contacts.contact_list, name="contact-list"),
    path("suppliers/<slug:public_id>/contacts/new/", contacts.contact_add, name="contact-add"),
    path("suppliers/<slug:public_id>/commitments/new/", contacts.commitment_add, name="commitment-add"),
    path("contacts/<slug:public_id>/edit/", contacts.contact_edit, name="contact-edit"),
    path("commitments/<slug:public_id>/remove/", contacts.commitment_remove, name="commitment-remove"),
    path("commitments/<slug:public_id>/document/", contacts.commitment_download, name="commitment-download"),
]
