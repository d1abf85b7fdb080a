from django.urls import path

from followups.views import external, ledger, past, reuse, surveys

urlpatterns = [
    path("reuses/", reuse.reuse_list, name="reuse-list"),
    path("reuses/<slug:public_id>/withdraw/", reuse.reuse_withdraw, name="reuse-withdraw"),
    path("avoided/", ledger.ledger, name="ledger"),
    path("standard-costs/", ledger.cost_list, name="cost-list"),
    path("standard-costs/<slug:public_id>/edit/", ledger.cost_edit, name="cost-edit"),
    path("reuse-rules/", ledger.reuse_rules, name="reuse-rules"),
    path("external/", external.external_result_list, name="external-result-list"),
    path("external/bodies/", external.body_list, name="body-list"),
    path("external/bodies/<slug:public_id>/offer/", external.body_offer, name="body-offer"),
    path("external/new/<slug:public_id>/", external.external_result_register, name="external-result-register"),
    path("external/<slug:public_id>/", external.external_result_detail, name="external-result-detail"),
    path("external/<slug:public_id>/edit/", external.external_result_edit, name="external-result-edit"),
    path("external/<slug:public_id>/withdraw/", external.external_result_withdraw, name="external-result-withdraw"),
    path("external/<slug:public_id>/document/", external.external_result_document, name="external-result-document"),
    path("external/<slug:public_id>/reuse/", reuse.external_result_reuse, name="external-result-reuse"),
    path("past/", past.past_list, name="past-list"),
    path("past/surveys/<slug:public_id>/", surveys.survey_map, name="survey-map"),
    path("past/documents/<slug:public_id>/", past.earlier_document, name="earlier-document"),
    path("past/documents/<slug:public_id>/match/", past.document_match, name="document-match"),
    path("<slug:public_id>/documents/new/", past.document_attach, name="document-attach"),
    path("<slug:public_id>/reuse/", reuse.follow_up_reuse, name="follow-up-reuse"),
    path("<slug:public_id>/join/", reuse.follow_up_join, name="follow-up-join"),
]
