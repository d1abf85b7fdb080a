"""How I want to be reminded, my calendar feed, and for the keeper of the mail whether anybody is reminded at all."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.outbox.keeper import is_keeper
from portal.reminders import keeping, queries
from portal.reminders.calendars import calendar
from portal.reminders.forms import PreferenceForm, SwitchForm
from portal.reminders.letters import whole_address


class KnownRequest(HttpRequest):
    """A request of somebody who has logged in. A type, never made."""

    user: Any


@require_http_methods(["GET", "HEAD", "POST"])
def preference_edit(request: KnownRequest) -> HttpResponse:
    stored = queries.preference_of(request.user)
    paused = stored.pauses(clock.today())
    now = {"delivery": stored.delivery, "resumes_on": stored.resumes_on if paused else None}
    form = PreferenceForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        keeping.choose(by=request.user, person=request.user, **form.cleaned_data)
        messages.success(request, _("Your choice is saved."))
        return redirect("reminders:preference-edit")
    feed = queries.calendar_of(request.user)
    context = {
        "form": form,
        "paused_until": stored.resumes_on if paused else None,
        "feed_url": _feed_url(feed) if feed else "",
        "is_keeper": is_keeper(request.user),
        "switch": queries.current_switch(),
    }
    return render(request, "reminders/preference_edit.html", context)


def _feed_url(feed: Any) -> str:
    return whole_address(reverse("reminders:calendar-feed", args=[queries.calendar_key(feed)]))


@require_POST
def calendar_renew(request: KnownRequest) -> HttpResponse:
    keeping.renew_calendar(by=request.user, person=request.user)
    messages.success(request, _("Here is the address of your calendar. Whoever has it can read your deadlines."))
    return redirect("reminders:preference-edit")


@require_POST
def calendar_revoke(request: KnownRequest) -> HttpResponse:
    keeping.revoke_calendar(by=request.user, person=request.user)
    messages.success(request, _("The address of your calendar leads nowhere any more."))
    return redirect("reminders:preference-edit")


@require_safe
@login_not_required
@never_cache
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """For a calendar program, which can't log in: the address is the key. In the person's language."""
    feed = queries.calendar_by_key(key)
    if feed is None:
        raise Http404
    with translation.override(feed.person.language):
        body = calendar(_("My deadlines"), queries.deadlines_of(feed.person))
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def switch_on(request: KnownRequest) -> HttpResponse:
    """Shows how many old ones there are, and takes no other number than that for an answer."""
    if not is_keeper(request.user):
        raise PermissionDenied
    form, today = SwitchForm(request.POST if request.method == "POST" else None), clock.today()
    found = None
    if request.method == "POST" and form.is_valid():
        takes_old = form.cleaned_data["old"] == "digest"
        try:
            keeping.switch_on(by=request.user, since=today, takes_old=takes_old, counted=form.cleaned_data["counted"])
        except keeping.BacklogChanged as error:
            found = error.found
            form.add_error(None, _("The number has changed since the page was shown. Look again, then confirm."))
        else:
            messages.success(request, _("Reminders are on."))
            return redirect("reminders:switch-on")
    found = found or queries.backlog(today)
    context = {"form": form, "found": found, "switch": queries.current_switch()}
    return render(request, "reminders/switch_on.html", context)


@require_POST
def switch_off(request: KnownRequest) -> HttpResponse:
    if not is_keeper(request.user):
        raise PermissionDenied
    keeping.switch_off(by=request.user)
    messages.success(request, _("Reminders are off."))
    return redirect("reminders:switch-on")
