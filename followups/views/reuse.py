"""Pages on which a region relies on what exists: reuse a result, join a follow-up, take a reuse back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.models import Supplier
from followups.actions.reuse import join_follow_up, reuse_result, withdraw_reuse
from followups.forms.reuse import JoinForm, LedgerForm, ReuseForm, WantedForm, WithdrawForm
from followups.models import ExternalResult, FollowUp, Reuse
from followups.permissions import can_reuse, can_withdraw_reuse
from followups.queries.ledger import reuse_page, with_names, years
from followups.queries.reuse import Existing, existing_for
from followups.views.follow_ups import visible
from portal.history.versions import StaleVersionError
from portal.ui.responses import at_version, conflict
from portal.ui.templatetags.formats import day
from regions.requests import UserRequest, require, require_role


def _page_of_what_exists(supplier: Supplier, wanted: str) -> str:
    return f"{reverse('followups:follow-up-open')}?supplier={supplier.public_id}&kind={wanted}"


def _found(request: UserRequest, supplier: Supplier, wanted: str, result: FollowUp | ExternalResult) -> Existing:
    """The result as the page of what exists judges it for this user: the one place where that is decided."""
    among = existing_for(request.user, supplier, wanted)
    return next(each for each in among if each.result == result)


def _refused(request: UserRequest, supplier: Supplier, wanted: str, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect(_page_of_what_exists(supplier, wanted))


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_reuse(request: UserRequest, public_id: str) -> HttpResponse:
    return _reuse(request, visible(request, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
def external_result_reuse(request: UserRequest, public_id: str) -> HttpResponse:
    results = ExternalResult.objects.visible_to(request.user).select_related("supplier", "body")
    return _reuse(request, get_object_or_404(results, public_id=public_id))


def _reuse(request: UserRequest, result: FollowUp | ExternalResult) -> HttpResponse:
    """One click on the page of what exists leads here; this confirms for which contracts and until when."""
    require(can_reuse(request.user))
    asked = WantedForm(request.GET, user=request.user)
    wanted = asked.wanted
    supplier = asked.cleaned_data.get("supplier") or result.supplier
    try:
        found = _found(request, supplier, wanted, result)
    except StopIteration:
        return _refused(request, supplier, wanted, _("The result does not concern this supplier."))
    if not found.may_reuse or found.expires_on is None:
        return _refused(request, supplier, wanted, found.why_not or _("You have no contract that it could be for."))
    form = ReuseForm(request.POST or None, contracts=found.reusable_for, latest=found.expires_on)
    if request.method == "POST" and form.is_valid():
        try:
            reuses = reuse_result(
                by=request.user, supplier=supplier, result=result, avoided_kind=wanted, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _reused(reuses))
            return redirect("followups:reuse-list")
    context = {"form": form, "found": found, "supplier": supplier, "wanted": wanted, "asked": asked}
    return render(request, "followups/reuse_confirm.html", context)


def _reused(reuses: list[Reuse]) -> str:
    count = len(reuses)
    text = ngettext(
        "The result is reused until %(day)s. One follow-up less to make.",
        "The result is reused until %(day)s, by %(count)d regions.",
        count,
    )
    return text % {"count": count, "day": day(max(until for reuse in reuses if (until := reuse.valid_until_on)))}


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_join(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_reuse(request.user))
    wanted = WantedForm(request.GET, user=request.user).wanted
    found = _found(request, follow_up.supplier, wanted, follow_up)
    if not found.may_join:
        sentence = _("None of your contracts can join this follow-up.")
        return _refused(request, follow_up.supplier, wanted, sentence)
    form = JoinForm(request.POST or None, contracts=found.joinable_for)
    if request.method == "POST" and form.is_valid():
        try:
            join_follow_up(by=request.user, follow_up=follow_up, avoided_kind=wanted, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your contracts take part. Whoever carries it out is told by mail."))
            return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/join_confirm.html", {"form": form, "found": found, "follow_up": follow_up})


@require_safe
def reuse_list(request: UserRequest) -> HttpResponse:
    require_role(request)
    form = LedgerForm(request.GET, years=years())
    form.is_valid()
    page = reuse_page(request.user, form.cleaned_data, request.GET)
    may_withdraw = {each.pk for each in page.rows if each.is_standing and can_withdraw_reuse(request.user, each)}
    context = {"form": form, "page": page, "may_withdraw": may_withdraw}
    return render(request, "followups/reuse_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reuse_withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    reuse = get_object_or_404(with_names(Reuse.objects.visible_to(request.user)), public_id=public_id)
    require(can_withdraw_reuse(request.user, reuse))
    form = WithdrawForm(request.POST or None, version=reuse.version)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_reuse(by=request.user, reuse=reuse, **form.cleaned_data)
        except StaleVersionError as error:
            again = WithdrawForm(at_version(request.POST, error.stored.version), version=error.stored.version)
            return conflict(request, "409.html", {"form": again, "back_url": reverse("followups:reuse-list")})
        messages.success(request, _("The reuse is withdrawn and no longer counts."))
        return redirect("followups:reuse-list")
    return render(request, "followups/reuse_withdraw.html", {"form": form, "reuse": reuse})
