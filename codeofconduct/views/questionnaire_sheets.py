"""A questionnaire as a spreadsheet: out, in with a preview, and what the preview showed in place of the draft."""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.actions.questionnaires import replace_content
from codeofconduct.forms.questionnaires import ConfirmForm, SheetForm, SheetKindForm
from codeofconduct.models import QuestionnaireVersion
from codeofconduct.presentation.questionnaires import difference
from codeofconduct.queries.questionnaires import content_of, requirement_numbers
from codeofconduct.questionnaire_logic import content_from_plain, fingerprint
from codeofconduct.resources.questionnaires import Sheet, export_questionnaire, read_questionnaire
from codeofconduct.views.questionnaires import draft_of, visible
from portal.exchange.engine.exporting import MEDIA_TYPES
from portal.exchange.enums import Form
from portal.exchange.reading import Unreadable
from portal.files.checks import Upload
from regions.models import User
from regions.requests import UserRequest

# Faults that a page lists; the rest is counted.
FAULTS_SHOWN = 100
# Seconds that a preview may lie on the screen.
PREVIEW_AGE = 24 * 3600


@require_safe
def questionnaire_export(request: UserRequest, public_id: str) -> HttpResponse:
    """The version's questions as a workbook, or with `?form=csv` as text."""
    version = visible(request, public_id)
    wanted = SheetKindForm(request.GET)
    form = Form(wanted.cleaned_data["form"] or Form.XLSX) if wanted.is_valid() else Form.XLSX
    content = export_questionnaire(content_of(version), as_csv=form == Form.CSV)
    name = slugify(f"{version.questionnaire.title} {version.name}") or "questionnaire"
    return HttpResponse(
        content,
        content_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "private, no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_import(request: UserRequest, public_id: str) -> HttpResponse:
    """Read a spreadsheet and show what it would change; nothing is written yet."""
    draft = draft_of(request, public_id)
    form = SheetForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "version": draft}
    if request.method == "POST" and form.is_valid():
        try:
            sheet = _read(form.cleaned_data["file"], draft)
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            context |= _preview(request.user, draft, sheet) | {"file_name": form.cleaned_data["file"].name}
    return render(request, "codeofconduct/questionnaire_import.html", context)


@require_POST
def questionnaire_import_confirm(request: UserRequest, public_id: str) -> HttpResponse:
    """Put what the preview showed in place of the draft's content."""
    draft = draft_of(request, public_id)
    form = ConfirmForm(request.POST)
    try:
        signed = form.cleaned_data["content"] if form.is_valid() else ""
        told = signing.loads(signed, salt=_salt(request.user, draft), max_age=PREVIEW_AGE)
        content = content_from_plain(told["content"])
        replace_content(by=request.user, version=draft, content=content, instead_of=told["instead_of"])
    except signing.BadSignature:
        messages.error(request, _("The preview is too old to import from. Upload the file again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The draft says what the file says."))
        return redirect("codeofconduct:questionnaire-version", public_id)
    return redirect("codeofconduct:questionnaire-import", public_id)


def _read(upload: Upload, draft: QuestionnaireVersion) -> Sheet:
    with tempfile.NamedTemporaryFile() as file:
        file.write(upload.content)
        file.flush()
        return read_questionnaire(Path(file.name), upload.name, requirements=requirement_numbers(draft))


def _preview(user: User, draft: QuestionnaireVersion, sheet: Sheet) -> dict[str, Any]:
    """What the page shows; the content travels through it signed, for this person and this draft."""
    if sheet.faults:
        return {"faults": sheet.faults[:FAULTS_SHOWN], "fault_count": len(sheet.faults), "ignored": sheet.ignored}
    stored = content_of(draft)
    told = {"content": [asdict(section) for section in sheet.content], "instead_of": fingerprint(stored)}
    signed = signing.dumps(told, salt=_salt(user, draft), compress=True)
    found = difference(stored, sheet.content)
    return {"difference": found, "confirm": ConfirmForm(initial={"content": signed}), "ignored": sheet.ignored}


def _salt(user: User, draft: QuestionnaireVersion) -> str:
    return f"questionnaire:{draft.public_id}:{user.public_id}"
