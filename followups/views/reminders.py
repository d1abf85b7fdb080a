"""Reminders of a follow-up, paused and resumed; letters that did not arrive, seen to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from followups.forms.reminders import PauseForm
from followups.permissions import can_pause_reminders, can_work
from followups.queries.letters import undelivered_messages
from followups.views.follow_ups import visible
from portal.outbox.actions import AlreadySettled, note_trouble
from portal.reminders.keeping import lift, pause
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def reminders_pause(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_pause_reminders(request.user, follow_up))
    form = PauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        pause(by=request.user, about=follow_up.public_id, **form.cleaned_data)
        messages.success(request, _("Nobody is reminded of this follow-up now."))
        return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/reminders_pause.html", {"form": form, "follow_up": follow_up})


@require_POST
def reminders_resume(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_pause_reminders(request.user, follow_up))
    lift(by=request.user, about=follow_up.public_id)
    messages.success(request, _("Reminders of this follow-up go out again."))
    return redirect("followups:follow-up-detail", follow_up.public_id)


@require_POST
def undelivered_note(request: UserRequest, public_id: str, message: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_work(request.user, follow_up))
    letter = get_object_or_404(undelivered_messages(follow_up), public_id=message)
    try:
        note_trouble(by=request.user, message=letter)
    except AlreadySettled:
        messages.warning(request, _("The message has been settled meanwhile."))
    else:
        messages.success(request, _("It is noted that you have seen to the message."))
    return redirect("followups:follow-up-detail", follow_up.public_id)
