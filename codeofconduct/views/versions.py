"""Pages of a version, whichever document it belongs to: what it says, and how it begins, is adopted and compared."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.versions import adopt_version, discard_draft, revise_draft, start_next_version
from codeofconduct.comparing import compared
from codeofconduct.forms.documents import AdoptForm, CompareForm, DiscardForm, LanguageForm, ReviseForm, StartForm
from codeofconduct.permissions import can_keep_documents
from codeofconduct.presentation.conflicts import differences
from codeofconduct.presentation.documents import (
    OTHER,
    chapters_of,
    criterion_label,
    line_title,
    line_url,
    shown,
    version_url,
)
from codeofconduct.queries.documents import (
    KINDS,
    draft_of_line,
    kind_of,
    lacks_of,
    running_contract_count,
    siblings,
    stored_pdf,
    untranslated,
    untranslated_requirements,
    with_contents,
)
from codeofconduct.queries.documents import history_of as changes_of_version
from portal.history.versions import StaleVersionError
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require

Act = Callable[[int, dict[str, Any]], Any]


def visible_version(request: UserRequest, kind: str, public_id: str) -> Any:
    """The version with its contents, as far as this user may see it, otherwise 404."""
    if kind not in KINDS:
        raise Http404
    return get_object_or_404(with_contents(KINDS[kind].objects.visible_to(request.user)), public_id=public_id)


def visible_draft(request: UserRequest, kind: str, public_id: str) -> Any:
    """A draft that the user may change; 403 for what is visible but locked or not theirs."""
    version = visible_version(request, kind, public_id)
    require(can_keep_documents(request.user) and not version.is_locked)
    return version


def place(version: Any, **context: Any) -> dict[str, Any]:
    """What every page of a version shows: what it is, and the way back."""
    return {
        "version": version,
        "kind": kind_of(version),
        "line_title": line_title(version),
        "line_url": line_url(version),
        "version_url": version_url(version),
        **context,
    }


def refuse(form: Any, error: ValidationError) -> None:
    """Put what an action refused at the fields that it names, the rest on top."""
    if hasattr(error, "error_dict"):
        for name, found in error.error_dict.items():
            form.add_error(name if name in form.fields else None, found)
    else:
        form.add_error(None, error)


def edit(
    request: UserRequest,
    form: Any,
    *,
    act: Act,
    template: str,
    context: dict[str, Any],
    done: Callable[[Any], str],
    again: Callable[[Any, Any], Any],
    names: Iterable[str] = (),
) -> HttpResponse:
    """The common course of an editing page: `act(seen, values)` on a valid form, then to `done(result)`.

    A lost race is the page of comparison: `again(data, stored)` is the form to go on from, `names` what is compared.
    """
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            return redirect(done(act(form.cleaned_data.get("version", 0), values)))
        except StaleVersionError as error:
            stored = error.stored
            compare = differences(form, {name: getattr(stored, name) for name in names})
            context = {**context, "form": again(at_version(request.POST, stored.version), stored)}
            context["back_url"] = context["version_url"]
            return conflict(request, "codeofconduct/version_conflict.html", context, comparisons=compare)
        except ValidationError as error:
            refuse(form, error)
    return render(request, template, {**context, "form": form})


@require_safe
def version_detail(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    """What a version says, in the page's language or the other."""
    version = visible_version(request, kind, public_id)
    asked = LanguageForm(request.GET)
    language = asked.cleaned_data["language"] if asked.is_valid() else get_language()
    others = list(siblings(request.user, version))
    may_keep = can_keep_documents(request.user)
    context = place(
        version,
        content=shown(version, language),
        language=language,
        other_language=OTHER[language],
        criterion_label=criterion_label(language),
        earlier=next((each for each in others if each.valid_from < version.valid_from), None),
        draft=draft_of_line(others),
        may_keep=may_keep,
        may_edit=may_keep and not version.is_locked,
        may_enter=may_keep and version.is_locked,
        lacks=lacks_of(version) if may_keep and not version.is_locked else [],
        pdfs=[(code, stored_pdf(version, code)) for code in ("sv", "en")],
        contract_count=running_contract_count(request.user, version),
    )
    return render(request, "codeofconduct/version_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def version_next(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    """Start the next version as a copy of this one."""
    version = visible_version(request, kind, public_id)
    require(can_keep_documents(request.user))
    if draft := draft_of_line(siblings(request.user, version)):
        messages.info(request, _("There is already a draft of the next version."))
        return redirect(version_url(draft))
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = start_next_version(by=request.user, version=version, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The draft is there, as a copy of version %(name)s.") % {"name": version.name})
            return redirect(version_url(draft))
    return render(request, "codeofconduct/version_next.html", place(version, form=form))


@require_http_methods(["GET", "HEAD", "POST"])
def version_edit(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    """Change what a draft says of itself."""
    draft = visible_draft(request, kind, public_id)
    return edit(
        request,
        ReviseForm(request.POST or None, draft=draft),
        act=lambda seen, values: revise_draft(by=request.user, version=draft, seen=seen, **values),
        template="codeofconduct/version_edit.html",
        context=place(draft),
        done=version_url,
        again=lambda data, stored: ReviseForm(data, draft=stored),
        names=("name", "valid_from", "source", "change_note"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def version_adopt(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    """Confirm that a draft is adopted, and from when."""
    version = visible_version(request, kind, public_id)
    require(can_keep_documents(request.user))
    if version.is_locked:  # pressed twice
        return redirect(version_url(version))

    def act(seen: int, values: dict[str, Any]) -> Any:
        adopted = adopt_version(by=request.user, version=version, seen=seen, **values)
        messages.success(request, _("Version %(name)s is adopted and locked.") % {"name": adopted.name})
        return adopted

    return edit(
        request,
        AdoptForm(request.POST or None, draft=version),
        act=act,
        template="codeofconduct/version_adopt.html",
        context=place(
            version,
            lacks=lacks_of(version),
            untranslated=untranslated(version),
            untranslated_requirements=untranslated_requirements(version),
        ),
        done=version_url,
        again=lambda data, stored: AdoptForm(data, draft=stored),
        names=("valid_from",),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def version_discard(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    """Confirm that a draft is taken away."""
    draft = visible_draft(request, kind, public_id)

    def act(seen: int, values: dict[str, Any]) -> None:
        discard_draft(by=request.user, version=draft, seen=seen)
        messages.success(request, _("The draft %(name)s is discarded.") % {"name": draft.name})

    goes_whole = kind == "guidance" and siblings(request.user, draft).count() == 1
    back = reverse("codeofconduct:guidance-list") if goes_whole else line_url(draft)
    return edit(
        request,
        DiscardForm(request.POST or None, draft=draft),
        act=act,
        template="codeofconduct/version_discard.html",
        context=place(draft),
        done=lambda _result: back,
        again=lambda data, stored: DiscardForm(data, draft=stored),
    )


@require_safe
def version_compare(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    """Two versions of the line beside each other: by default this one and the one before it."""
    version = visible_version(request, kind, public_id)
    versions = with_contents(siblings(request.user, version))
    earlier = next((each for each in versions if each.valid_from < version.valid_from), version)
    chosen = {"old": earlier.public_id, "new": version.public_id, "language": get_language()}
    form = CompareForm({**chosen, **request.GET.dict()}, versions=versions)
    context = place(version, form=form)
    if form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        language = form.cleaned_data["language"] or get_language()
        chapters = compared(chapters_of(old, language), chapters_of(new, language))
        context |= {"old": old, "new": new, "language": language, "chapters": chapters}
        context["is_same"] = not any(chapter.differs for chapter in chapters)
        context["lacks_language"] = any(chapter.lacks_language for chapter in chapters)
    return render(request, "codeofconduct/version_compare.html", context)


@require_safe
def version_history(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    """Who changed what when; for those who keep the documents."""
    version = visible_version(request, kind, public_id)
    require(can_keep_documents(request.user))
    changes = changes_of_version(version, request.GET.get("before", ""))
    older_url = f"?{urlencode({'before': changes.older})}" if changes.older else ""
    context = place(version, changes=changes.rows, older_url=older_url)
    return render(request, "codeofconduct/version_history.html", context)
