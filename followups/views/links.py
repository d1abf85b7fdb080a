"""Access links: given and taken back by those who work in the follow-up, opened by those outside."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followups.actions.links import issue_link, mail_own_links, resend_link, revoke_link
from followups.enums.links import Holder
from followups.forms.links import LinkForm, OwnLinksForm
from followups.models import AccessLink, FollowUp
from followups.outside import LinkRequest, by_link, no_link, remember
from followups.pages.outside import start_context
from followups.permissions import can_give_access
from followups.views.follow_ups import visible
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def link_add(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_give_access(request.user, follow_up))
    form = LinkForm(request.POST or None, user=request.user, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "holder": Holder(form.cleaned_data["holder"])}
        try:
            link = issue_link(by=request.user, follow_up=follow_up, **values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The link is on its way to %(email)s.") % {"email": link.email})
            return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/link_add.html", {"form": form, "follow_up": follow_up})


def _visible_link(request: UserRequest, public_id: str) -> tuple[AccessLink, FollowUp]:
    links = AccessLink.objects.visible_to(request.user).select_related("follow_up__category")
    link = get_object_or_404(links, public_id=public_id)
    if link.follow_up is None:
        raise Http404
    require(can_give_access(request.user, link.follow_up))
    return link, link.follow_up


@require_POST
def link_resend(request: UserRequest, public_id: str) -> HttpResponse:
    link, follow_up = _visible_link(request, public_id)
    try:
        resend_link(by=request.user, link=link)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("A new link is on its way to %(email)s.") % {"email": link.email})
    return redirect("followups:follow-up-detail", follow_up.public_id)


@require_POST
def link_revoke(request: UserRequest, public_id: str) -> HttpResponse:
    link, follow_up = _visible_link(request, public_id)
    revoke_link(by=request.user, link=link)
    messages.success(request, _("The link of %(name)s leads nowhere any more.") % {"name": link.name})
    return redirect("followups:follow-up-detail", follow_up.public_id)


# --- for those outside


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_open(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows whose link it is and changes nothing: mail scanners follow links too. The POST opens it here."""
    if request.method == "POST" and (refused := ratelimit.consume_or_429(request, action="open_link")):
        return refused
    link = AccessLink.objects.of_token(key).select_related("follow_up__supplier", "contract__supplier").first()
    if link is None or not link.is_open:
        return no_link(request, status=410)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if request.method == "POST":
        remember(request, link)
        response: HttpResponse = redirect("followups:outside-start", link.public_id)
        if chosen is None:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, link.language, samesite="Lax", httponly=True)
        return response
    with translation.override(chosen or link.language):
        context = {"link": link, "about": link.follow_up or link.contract}
        return render(request, "followups/outside/open.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_mail(request: HttpRequest) -> HttpResponse:
    """All own open links by mail. The answer is the same whether there are any."""
    form = OwnLinksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if refused := ratelimit.consume_or_429(request, action="mail_links", key=email.lower()):
            return refused
        mail_own_links(email=email)
        return render(request, "followups/outside/mailed.html", {"email": email})
    return render(request, "followups/outside/mail.html", {"form": form})


@require_safe
@by_link(*Holder)
def outside_start(request: LinkRequest) -> HttpResponse:
    return render(request, "followups/outside/start.html", start_context(request.link))
