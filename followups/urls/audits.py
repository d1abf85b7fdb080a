from django.urls import path

from followups.views import audit_details, audits, finding_drafts

urlpatterns = [
    path("framework-agreements/", audits.framework_list, name="framework-list"),
    path("framework-agreements/new/", audits.framework_add, name="framework-add"),
    path("framework-agreements/<slug:public_id>/edit/", audits.framework_edit, name="framework-edit"),
    path("<slug:public_id>/audits/new/", audits.audit_order, name="audit-order"),
    path("audits/<slug:public_id>/", audits.audit_detail, name="audit-detail"),
    path("audits/<slug:public_id>/order/", audits.audit_change_order, name="audit-change-order"),
    path("audits/<slug:public_id>/book/", audits.audit_book, name="audit-book"),
    path("audits/<slug:public_id>/cancel/", audits.audit_cancel, name="audit-cancel"),
    path("audits/<slug:public_id>/carried-out/", audits.audit_carry_out, name="audit-carry-out"),
    path("audits/<slug:public_id>/give-back/", audits.audit_give_back, name="audit-give-back"),
    path("audits/<slug:public_id>/invoice/", audits.audit_invoice, name="audit-invoice"),
    path("audits/<slug:public_id>/approve/", audits.audit_approve, name="audit-approve"),
    path("audits/<slug:public_id>/documents/new/", audit_details.document_ask, name="document-ask"),
    path("audits/<slug:public_id>/roles/new/", audit_details.role_add, name="role-add"),
    path("audits/<slug:public_id>/checklist/<slug:requirement>/", audit_details.judgement_edit, name="judgement-edit"),
    path("audits/<slug:public_id>/findings/new/", finding_drafts.draft_new, name="draft-new"),
    path("audits/<slug:public_id>/findings/save/", finding_drafts.draft_save, name="draft-save"),
    path("audit-roles/<slug:public_id>/remove/", audit_details.role_remove, name="role-remove"),
    path("documents-asked-for/<slug:public_id>/received/", audit_details.document_receive, name="document-receive"),
    path("documents-asked-for/<slug:public_id>/withdraw/", audit_details.document_withdraw, name="document-withdraw"),
    path("audit-documents/<slug:public_id>/", audit_details.audit_document, name="audit-document"),
    path("finding-drafts/<slug:public_id>/", finding_drafts.draft_edit, name="draft-edit"),
    path("finding-drafts/<slug:public_id>/discard/", finding_drafts.draft_discard, name="draft-discard"),
    path("draft-photos/<slug:public_id>/", finding_drafts.draft_photo, name="draft-photo"),
    path("draft-photos/<slug:public_id>/remove/", finding_drafts.draft_photo_remove, name="draft-photo-remove"),
]
