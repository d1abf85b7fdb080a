from django.urls import path

from followups.views import outside_audits as outside

urlpatterns = [
    path("links/<slug:link>/audits/<slug:public_id>/", outside.audit_detail, name="outside-audit-detail"),
    path("links/<slug:link>/audits/<slug:public_id>/hand-in/", outside.audit_hand_in, name="outside-audit-hand-in"),
    path("links/<slug:link>/audits/<slug:public_id>/roles/new/", outside.role_add, name="outside-role-add"),
    path(
        "links/<slug:link>/audits/<slug:public_id>/checklist/<slug:requirement>/",
        outside.judgement_edit,
        name="outside-judgement-edit",
    ),
    path("links/<slug:link>/audits/<slug:public_id>/findings/new/", outside.draft_new, name="outside-draft-new"),
    path("links/<slug:link>/audits/<slug:public_id>/findings/save/", outside.draft_save, name="outside-draft-save"),
    path("links/<slug:link>/audit-roles/<slug:public_id>/remove/", outside.role_remove, name="outside-role-remove"),
    path("links/<slug:link>/audit-documents/<slug:public_id>/", outside.audit_document, name="outside-audit-document"),
    path("links/<slug:link>/finding-drafts/<slug:public_id>/", outside.draft_edit, name="outside-draft-edit"),
    path(
        "links/<slug:link>/finding-drafts/<slug:public_id>/discard/",
        outside.draft_discard,
        name="outside-draft-discard",
    ),
    path("links/<slug:link>/draft-photos/<slug:public_id>/", outside.draft_photo, name="outside-draft-photo"),
    path(
        "links/<slug:link>/draft-photos/<slug:public_id>/remove/",
        outside.draft_photo_remove,
        name="outside-draft-photo-remove",
    ),
    path(
        "links/<slug:link>/documents-asked-for/<slug:public_id>/", outside.document_send, name="outside-document-send"
    ),
]
