from django.urls import path

from followups.views import assessments, outside_assessments, outside_submissions

OUTSIDE = "links/<slug:link>/assessments/<slug:public_id>/"
urlpatterns = [
    path(OUTSIDE, outside_assessments.assessment_overview, name="outside-assessment-overview"),
    path(f"{OUTSIDE}sections/<int:number>/", outside_assessments.assessment_section, name="outside-assessment-section"),
    path(
        "links/<slug:link>/drafts/<slug:public_id>/",
        outside_assessments.assessment_file,
        name="outside-assessment-file",
    ),
    path(f"{OUTSIDE}last-time/", outside_assessments.assessment_roll_forward, name="outside-assessment-roll-forward"),
    path(f"{OUTSIDE}secrets/", outside_submissions.assessment_secrets, name="outside-assessment-secrets"),
    path(f"{OUTSIDE}submit/", outside_submissions.assessment_submit, name="outside-assessment-submit"),
    path(f"{OUTSIDE}receipt/", outside_submissions.assessment_receipt, name="outside-assessment-receipt"),
    path(
        f"{OUTSIDE}receipt/make/", outside_submissions.assessment_receipt_make, name="outside-assessment-receipt-make"
    ),
    path(f"{OUTSIDE}workbook/", outside_submissions.assessment_sheet, name="outside-assessment-sheet"),
    path(
        f"{OUTSIDE}workbook/import/",
        outside_submissions.assessment_sheet_import,
        name="outside-assessment-sheet-import",
    ),
    path(f"{OUTSIDE}answers/", outside_submissions.assessment_answers, name="outside-assessment-answers"),
    path(
        "links/<slug:link>/asked-back/<slug:public_id>/",
        outside_submissions.assessment_reply,
        name="outside-assessment-reply",
    ),
    path("<slug:public_id>/assessments/new/", assessments.assessment_send, name="assessment-send"),
    path("assessments/<slug:public_id>/", assessments.assessment_detail, name="assessment-detail"),
    path("assessments/<slug:public_id>/change/", assessments.assessment_change, name="assessment-change"),
    path("assessments/<slug:public_id>/withdraw/", assessments.assessment_withdraw, name="assessment-withdraw"),
    path("assessments/<slug:public_id>/accept/", assessments.assessment_accept, name="assessment-accept"),
    path("assessments/<slug:public_id>/recommend/", assessments.assessment_recommend, name="assessment-recommend"),
    path("assessments/<slug:public_id>/answer/", assessments.assessment_answer, name="assessment-answer"),
    path("answers/<slug:public_id>/ask/", assessments.answer_ask, name="answer-ask"),
    path("answers/<slug:public_id>/accept/", assessments.answer_accept, name="answer-accept"),
    path("answers/files/<slug:public_id>/", assessments.answer_file, name="answer-file"),
]
