"""The pages of files that go in and out."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.exchange import actions, permissions, queries, registry
from portal.exchange.engine.exporting import chosen
from portal.exchange.enums import Form, RunState
from portal.exchange.forms import ExportForm, ImportForm
from portal.exchange.models import ImportRun
from portal.exchange.registry import ExchangeKind
from portal.exchange.responses import as_file, template_file
from portal.exchange.writing import TooLong
from portal.files.responses import serve
from portal.jobs.actions import start_job
from portal.jobs.permissions import can_retry
from portal.ui.paging import key_page

# More rows than this are written by a job, so that nobody waits for a page: about a second's work.
AT_ONCE = 2_000


class KnownRequest(HttpRequest):
    """A request of somebody who has logged in. A type, never made."""

    user: Any


@require_safe
def home(request: KnownRequest) -> HttpResponse:
    """What can be brought in and taken out, and what was brought in lately."""
    if not permissions.can_exchange(request.user):
        raise Http404
    kinds = queries.kinds_listed(request.user)
    context = {
        "kinds": kinds,
        "imports_several": sum(bool(kind.import_url) for kind in kinds) > 1,
        "page": key_page(queries.runs_listed(request.user), request.GET, newest_first=True),
    }
    return render(request, "exchange/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def file_import(request: KnownRequest, kind: str) -> HttpResponse:
    """Choose a file; it is checked next."""
    found = _kind(request, kind)
    if not found.may_import(request.user):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        run = actions.bring_file(
            by=request.user,
            kind=found,
            name=upload.name,
            content=upload.content,
            media_type=upload.media_type,
        )
        return redirect(run)
    columns = [] if found.map_page else queries.columns_explained(found.resource(by=request.user))
    context = {"kind": found, "form": form, "columns": columns}
    return render(request, "exchange/file_import.html", context)


@require_safe
def template(request: KnownRequest, kind: str, form: str) -> HttpResponseBase:
    """An empty file with the headings, and in a workbook a sheet that explains them."""
    found = _kind(request, kind)
    if form not in Form.values or found.map_page:
        raise Http404
    if not found.may_import(request.user):
        raise PermissionDenied
    return template_file(found, found.resource(by=request.user), Form(form))


@require_http_methods(["GET", "HEAD", "POST"])
def file_export(request: KnownRequest, kind: str) -> HttpResponseBase:
    """The rows of a list, filtered as the list was: at once, or by a job where they are many."""
    found = _kind(request, kind)
    if not found.may_export(request.user):
        raise PermissionDenied
    resource, query = found.resource(by=request.user), _filter(request)
    rows = found.rows(request.user, query)
    form = ExportForm(request.POST or None, resource=resource)
    count = rows.count()
    if request.method == "POST" and form.is_valid():
        columns, as_form = form.cleaned_data["columns"], form.cleaned_data["form"]
        if count > AT_ONCE:
            params = {"query": query.urlencode(), "columns": columns, "form": as_form}
            job = start_job(by=request.user, kind=registry.export_job(found), subject=found.key, params=params)
            return redirect(job)
        try:
            return as_file(found, resource, rows, chosen(resource, columns), Form(as_form))
        except TooLong as text:
            form.add_error(None, str(text))
    total = found.rows(request.user, QueryDict()).count() if query else count
    context = {"kind": found, "form": form, "count": count, "total": total, "list_url": found.list_url}
    return render(request, "exchange/file_export.html", context)


@require_safe
def run_show(request: KnownRequest, public_id: str) -> HttpResponse:
    """What the file would do, how far it is, or the receipt; whoever has to say what its columns hold is led there."""
    run = _run(request, public_id)
    if run.state == RunState.MAPPING and permissions.can_map(request.user, run):
        return redirect(run.map_url)
    return render(request, "exchange/run_show.html", _shown(request, run))


@require_safe
def run_progress(request: KnownRequest, public_id: str) -> HttpResponse:
    """The part of the page that changes, asked for every second; when the work has ended the page is loaded anew."""
    run = _run(request, public_id)
    answer = render(request, "exchange/_progress.html", _shown(request, run))
    if not run.is_under_way:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
def run_report(request: KnownRequest, public_id: str) -> HttpResponseBase:
    """The whole list of errors or changes, as a workbook."""
    run = _run(request, public_id)
    if run.report is None:
        raise Http404
    return serve(run.report)


@require_POST
def run_confirm(request: KnownRequest, public_id: str) -> HttpResponse:
    """Let the file in. Pressed twice, or for a file that has gone in, it only shows the run."""
    run = _run(request, public_id)
    if not permissions.is_own(request.user, run):
        raise PermissionDenied
    if permissions.can_confirm(request.user, run):
        actions.confirm_run(by=request.user, run=run)
    return redirect(run)


@require_POST
def run_check(request: KnownRequest, public_id: str) -> HttpResponse:
    """Check the same file against the register as it is now."""
    run = _run(request, public_id)
    if not permissions.is_own(request.user, run):
        raise PermissionDenied
    if permissions.can_check_again(request.user, run):
        actions.check_again(by=request.user, run=run)
    return redirect(run)


def _kind(request: KnownRequest, key: str) -> ExchangeKind:
    """The kind, or 404 for one that is unknown or of no concern to the user."""
    try:
        kind = registry.get(key)
    except KeyError:
        raise Http404 from None
    if not permissions.can_see_kind(request.user, kind):
        raise Http404
    return kind


def _filter(request: KnownRequest) -> QueryDict:
    """The query string of the list: without which page of it was shown."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return query


def _run(request: KnownRequest, public_id: str) -> ImportRun:
    runs = ImportRun.objects.visible_to(request.user).select_related(
        "file", "report", "created_by", "confirmed_by", "job__created_by", "job__result"
    )
    return get_object_or_404(runs, public_id=public_id)


def _shown(request: KnownRequest, run: ImportRun) -> dict[str, Any]:
    return {
        "run": run,
        "kind": run.exchange_kind,
        "job": run.job,
        "can_retry": run.job is not None and can_retry(request.user, run.job),
        "can_confirm": permissions.can_confirm(request.user, run),
        "can_check_again": permissions.can_check_again(request.user, run),
        "can_map": permissions.can_map(request.user, run),
    }
