"""Pages about mail: what was sent to me; for the keeper also what became of all of it; in the demo, everything."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.outbox import actions
from portal.outbox.forms import MessageFilterForm
from portal.outbox.keeper import is_keeper
from portal.outbox.models import Message, MessageQuerySet
from portal.outbox.permissions import can_mark_bounced, can_settle
from portal.outbox.queries import message_page
from portal.slots import mail_pages


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    context = _list_context(request, Message.objects.visible_to(request.user))
    more = {"is_keeper": is_keeper(request.user), "pages": [each for each in mail_pages if each.visible(request.user)]}
    return render(request, "outbox/message_list.html", {**context, **more})


@require_safe
def message_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    message = _visible_message(request, public_id)
    return render(
        request,
        "outbox/message_detail.html",
        {
            "message": message,
            "can_settle": can_settle(request.user, message),
            "can_mark_bounced": can_mark_bounced(request.user, message),
        },
    )


@require_POST
def message_resend(request: HttpRequest, public_id: str) -> HttpResponse:
    return _settle(request, public_id, actions.resend, _("The message is queued again."))


@require_POST
def message_mark_sent(request: HttpRequest, public_id: str) -> HttpResponse:
    return _settle(request, public_id, actions.mark_sent, _("The message is marked as sent."))


@require_POST
def message_mark_bounced(request: HttpRequest, public_id: str) -> HttpResponse:
    """The keeper found it among what came back."""
    reason = _("It came back to the sender's address.")
    return _settle(
        request, public_id, partial(actions.mark_bounced, reason=reason), _("The message is marked as returned.")
    )


@require_POST
def message_note(request: HttpRequest, public_id: str) -> HttpResponse:
    return _settle(request, public_id, actions.note_trouble, _("It is noted that you have seen to the message."))


@require_safe
@login_not_required
def demo_list(request: HttpRequest) -> HttpResponse:
    """All mail of the demo, without log-in: a password reset is read by one who can't log in. Elsewhere 404."""
    return render(request, "outbox/demo_list.html", _list_context(request, _demo_messages()))


@require_safe
@login_not_required
def demo_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    message = get_object_or_404(_demo_messages(), public_id=public_id)
    return render(request, "outbox/demo_detail.html", {"message": message})


def _visible_message(request: HttpRequest, public_id: str) -> Message:
    visible = Message.objects.visible_to(request.user).select_related("sent_by", "noted_by")
    return get_object_or_404(visible, public_id=public_id)


def _demo_messages() -> MessageQuerySet:
    if settings.PORTAL_ENV != "demo":
        raise Http404
    return Message.objects.all()


def _list_context(request: HttpRequest, visible: MessageQuerySet) -> dict[str, object]:
    form = MessageFilterForm(request.GET)
    form.is_valid()
    state = form.cleaned_data.get("state", "")
    return {"form": form, "state": state, "page": message_page(visible, request.GET, state=state)}


def _settle(request: HttpRequest, public_id: str, action: Callable[..., None], done: str) -> HttpResponse:
    message = _visible_message(request, public_id)
    if not can_settle(request.user, message):
        raise PermissionDenied
    try:
        action(by=request.user, message=message)
    except actions.AlreadySettled:
        messages.warning(request, _("The message has been settled meanwhile."))
    else:
        messages.success(request, done)
    return redirect("outbox:message-detail", public_id)
