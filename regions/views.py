"""Pages about the regions themselves, and about how many live in them."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock
from portal.files.responses import serve
from portal.ui.templatetags.formats import integer
from regions.actions import bring_population, fetch_population, take_population
from regions.forms import CompareForm, FetchForm, PopulationFileForm, TakeForm
from regions.models import PopulationFile, Region
from regions.permissions import is_staff
from regions.population import plan_of
from regions.queries import (
    groups_of,
    population_changes,
    population_days,
    population_forecasts,
    population_of,
    regions_with_latest_population,
)
from regions.requests import UserRequest, require, require_role
from regions.slots import region_sections


@require_safe
def region_list(request: UserRequest) -> HttpResponse:
    """All regions with their purchasing group and latest known population."""
    return render(request, "regions/region_list.html", {"regions": regions_with_latest_population(request.user)})


@require_safe
def region_detail(request: UserRequest, code: str) -> HttpResponse:
    """One region: who it is, how many live there, and what upper rooms add."""
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    context = {
        "region": region,
        "figures": population_of(region),
        "groups": groups_of(region),
        "sections": [section for fill in region_sections if (section := fill(request.user, region))],
    }
    return render(request, "regions/region_detail.html", context)


@require_safe
def population_list(request: UserRequest) -> HttpResponse:
    """The days there are figures for, two of them compared, and the files they came from."""
    require_role(request)
    days = population_days()
    form = CompareForm(request.GET, days=[each.day for each in days])
    chosen = form.chosen()
    context = {
        "days": days,
        "forecasts": population_forecasts().values(),
        "regions_counted": Region.objects.count(),
        "form": form,
        "chosen": chosen,
        "changes": population_changes(request.user, *chosen) if chosen else [],
        "files": PopulationFile.objects.visible_to(request.user).select_related("file", "created_by")[:50],
        "may_bring": is_staff(request.user),
    }
    return render(request, "regions/population_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def population_bring(request: UserRequest) -> HttpResponse:
    """Bring a file of Statistics Sweden; its page shows what it would add."""
    require_role(request)
    require(is_staff(request.user))
    form = PopulationFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            brought = bring_population(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            return redirect(brought)
    context = {"form": form, "may_fetch": bool(settings.SCB_POPULATION_URL)}
    return render(request, "regions/population_bring.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def population_fetch(request: UserRequest) -> HttpResponse:
    """Have a year fetched from SCB's API, where the settings name its table; otherwise there is no such page."""
    require_role(request)
    require(is_staff(request.user))
    if not settings.SCB_POPULATION_URL:
        raise Http404
    form = FetchForm(request.POST or None, initial={"year": clock.today().year - 1})
    if request.method == "POST" and form.is_valid():
        return redirect(fetch_population(by=request.user, **form.cleaned_data))
    return render(request, "regions/population_fetch.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def population_file(request: UserRequest, public_id: str) -> HttpResponse:
    """What a file adds, or what is wrong with it; and, sent, that its figures count."""
    files = PopulationFile.objects.visible_to(request.user).select_related("file", "created_by", "taken_by")
    brought = get_object_or_404(files, public_id=public_id)
    plan = plan_of(brought)
    form = TakeForm(request.POST or None, has_jumps=bool(plan.jumps), initial={"digest": plan.digest})
    if request.method == "POST" and form.is_valid():
        try:
            made = take_population(by=request.user, population_file=brought, **form.cleaned_data)
        except ValidationError as error:
            # What is shown now is what the next confirmation is about.
            form = TakeForm({**request.POST.dict(), "digest": plan.digest}, has_jumps=bool(plan.jumps))
            form.add_error(None, error)
        else:
            text = ngettext("%(count)s figure has been taken.", "%(count)s figures have been taken.", made)
            messages.success(request, text % {"count": integer(made)})
            return redirect("regions:population-list")
    return render(request, "regions/population_file.html", {"file": brought, "plan": plan, "form": form})


@require_safe
def population_download(request: UserRequest, public_id: str) -> HttpResponseBase:
    """The file as it was brought."""
    files = PopulationFile.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(files, public_id=public_id).file)
