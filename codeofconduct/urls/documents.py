from django.urls import path, re_path

from codeofconduct.views import documents as views
from codeofconduct.views import version_pdfs as pdfs
from codeofconduct.views import version_texts as texts
from codeofconduct.views import versions

_VERSION = "requirements/documents/<slug:kind>/<slug:public_id>/"
_SECTION = "requirements/documents/<slug:kind>/sections/<slug:public_id>/"
_REQUIREMENT = "requirements/documents/clause/requirements/<slug:public_id>/"
_PARAMETER = "requirements/documents/clause/<slug:public_id>/parameters/<slug:key>/"
_LANGUAGE = r"requirements/documents/(?P<kind>[a-z]+)/(?P<public_id>[a-z0-9]+)/pdf/(?P<language>sv|en)/"

urlpatterns = [
    path("requirements/", views.requirement_list, name="requirement-list"),
    path("requirements/documents/<slug:line>/", views.document_detail, name="document-detail"),
    path("requirements/documents/<slug:line>/new/", views.document_start, name="document-start"),
    path("requirements/guidance/", views.guidance_list, name="guidance-list"),
    path("requirements/guidance/new/", views.guidance_start, name="guidance-start"),
    path("requirements/guidance/<slug:public_id>/", views.guidance_detail, name="guidance-detail"),
    path(_VERSION, versions.version_detail, name="version-detail"),
    path(f"{_VERSION}next/", versions.version_next, name="version-next"),
    path(f"{_VERSION}edit/", versions.version_edit, name="version-edit"),
    path(f"{_VERSION}adopt/", versions.version_adopt, name="version-adopt"),
    path(f"{_VERSION}discard/", versions.version_discard, name="version-discard"),
    path(f"{_VERSION}compare/", versions.version_compare, name="version-compare"),
    path(f"{_VERSION}history/", versions.version_history, name="version-history"),
    re_path(rf"^{_LANGUAGE}$", pdfs.version_pdf, name="version-pdf"),
    re_path(rf"^{_LANGUAGE}download/$", pdfs.version_download, name="version-download"),
    path(f"{_VERSION}sections/new/", texts.section_add, name="section-add"),
    path(f"{_SECTION}edit/", texts.section_edit, name="section-edit"),
    path(f"{_SECTION}missing/", texts.section_enter, name="section-enter"),
    path(f"{_SECTION}move/", texts.section_move, name="section-move"),
    path(f"{_SECTION}remove/", texts.section_remove, name="section-remove"),
    path(
        "requirements/documents/clause/<slug:public_id>/requirements/new/",
        texts.requirement_add,
        name="process-requirement-add",
    ),
    path(f"{_REQUIREMENT}edit/", texts.requirement_edit, name="process-requirement-edit"),
    path(f"{_REQUIREMENT}missing/", texts.requirement_enter, name="process-requirement-enter"),
    path(f"{_REQUIREMENT}move/", texts.requirement_move, name="process-requirement-move"),
    path(f"{_REQUIREMENT}remove/", texts.requirement_remove, name="process-requirement-remove"),
    path(
        "requirements/documents/clause/<slug:public_id>/parameters/new/",
        texts.parameter_add,
        name="clause-parameter-add",
    ),
    path(f"{_PARAMETER}edit/", texts.parameter_edit, name="clause-parameter-edit"),
    path(f"{_PARAMETER}remove/", texts.parameter_remove, name="clause-parameter-remove"),
]
