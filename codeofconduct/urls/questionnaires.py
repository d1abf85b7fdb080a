from django.urls import path, re_path

from codeofconduct.views import questionnaire_sheets as sheets
from codeofconduct.views import questionnaire_texts as texts
from codeofconduct.views import questionnaires as views
from codeofconduct.views import questions

_LINE = "requirements/questionnaires/"
_ONE = f"{_LINE}<slug:public_id>/"
_SECTION = f"{_ONE}sections/<slug:section_id>/"
_PDF = r"requirements/questionnaires/(?P<public_id>[a-z0-9]+)/pdf/(?P<language>sv|en)/"
_QUESTION = f"{_ONE}questions/<slug:key>/"

urlpatterns = [
    path(_LINE, views.questionnaire_list, name="questionnaire-list"),
    path(f"{_LINE}new/", views.questionnaire_start, name="questionnaire-start"),
    path(_ONE, views.questionnaire_version, name="questionnaire-version"),
    path(f"{_ONE}coverage/", views.questionnaire_coverage, name="questionnaire-coverage"),
    path(f"{_ONE}preview/", views.questionnaire_preview, name="questionnaire-preview"),
    path(f"{_ONE}history/", views.questionnaire_history, name="questionnaire-history"),
    path(f"{_ONE}edit/", views.questionnaire_edit, name="questionnaire-edit"),
    path(f"{_ONE}next/", views.questionnaire_next, name="questionnaire-next"),
    path(f"{_ONE}adopt/", views.questionnaire_adopt, name="questionnaire-adopt"),
    path(f"{_ONE}discard/", views.questionnaire_discard, name="questionnaire-discard"),
    path(f"{_ONE}sections/new/", questions.section_add, name="questionnaire-section-add"),
    path(f"{_SECTION}edit/", questions.section_edit, name="questionnaire-section-edit"),
    path(f"{_SECTION}move/", questions.section_move, name="questionnaire-section-move"),
    path(f"{_SECTION}remove/", questions.section_remove, name="questionnaire-section-remove"),
    path(f"{_ONE}questions/new/", questions.question_add, name="question-add"),
    path(f"{_QUESTION}edit/", questions.question_edit, name="question-edit"),
    path(f"{_QUESTION}move/", questions.question_move, name="question-move"),
    path(f"{_QUESTION}remove/", questions.question_remove, name="question-remove"),
    path(f"{_ONE}export/", sheets.questionnaire_export, name="questionnaire-export"),
    path(f"{_ONE}import/", sheets.questionnaire_import, name="questionnaire-import"),
    path(f"{_ONE}import/confirm/", sheets.questionnaire_import_confirm, name="questionnaire-import-confirm"),
    path(f"{_ONE}compare/", texts.questionnaire_compare, name="questionnaire-compare"),
    re_path(rf"^{_PDF}$", texts.questionnaire_pdf, name="questionnaire-pdf"),
    re_path(rf"^{_PDF}download/$", texts.questionnaire_download, name="questionnaire-download"),
]
