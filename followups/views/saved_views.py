"""Saved views: kept, shared, taken away."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followups.actions.saved_views import remove_view, save_view, share_view
from followups.enums.lists import LIST_PAGES, ListKey
from followups.forms.follow_ups import FilterForm
from followups.forms.lists import ActionListForm, FindingListForm, ListForm
from followups.forms.saved_views import SaveViewForm, ShareViewForm
from followups.models import SavedView
from followups.permissions import can_share_views
from followups.queries.saved_views import views_of
from regions.requests import UserRequest, require, require_role

FORMS: dict[ListKey, type[ListForm]] = {
    ListKey.FOLLOW_UPS: FilterForm,
    ListKey.FINDINGS: FindingListForm,
    ListKey.ACTIONS: ActionListForm,
}


@require_safe
def view_list(request: UserRequest) -> HttpResponse:
    """All that the user may open, by list; the own ones can be taken away."""
    require_role(request)
    views = list(views_of(request.user))
    lists = [
        {"label": key.label, "url": reverse(LIST_PAGES[key]), "views": [each for each in views if each.list_key == key]}
        for key in ListKey
    ]
    context = {"lists": lists, "may_share": can_share_views(request.user), "has_any": bool(views)}
    return render(request, "followups/saved_view_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def view_save(request: UserRequest, list_key: str) -> HttpResponse:
    """Give the list as it is narrowed a name."""
    require_role(request)
    if list_key not in ListKey.values:
        raise Http404
    key = ListKey(list_key)
    form = SaveViewForm(request.POST or None, initial={"query": _kept(key, request.GET)})
    if request.method == "POST" and form.is_valid():
        query = _kept(key, QueryDict(form.cleaned_data["query"]))
        save_view(by=request.user, list_key=key, name=form.cleaned_data["name"], query=query)
        messages.success(request, _("The view is saved."))
        return redirect(f"{reverse(LIST_PAGES[key])}?{query}")
    context = {"form": form, "list_label": key.label, "list_url": reverse(LIST_PAGES[key])}
    return render(request, "followups/saved_view_save.html", context)


def _kept(key: ListKey, query: QueryDict) -> str:
    """What of the query string the list understands."""
    form = FORMS[key](query)
    form.is_valid()
    return form.kept()


def _own(request: UserRequest, public_id: str) -> SavedView:
    """The user's own view. One shared by another is seen, but not theirs: 403."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), public_id=public_id)
    require(view.owner_id == request.user.pk)
    return view


@require_POST
def view_share(request: UserRequest, public_id: str) -> HttpResponseRedirect:
    view = _own(request, public_id)
    require(can_share_views(request.user))
    form = ShareViewForm(request.POST)
    form.is_valid()
    shared = share_view(by=request.user, view=view, is_shared=form.cleaned_data["is_shared"])
    messages.success(request, _("Everyone sees the view.") if shared.is_shared else _("Only you see the view."))
    return redirect("followups:saved-view-list")


@require_POST
def view_remove(request: UserRequest, public_id: str) -> HttpResponseRedirect:
    remove_view(by=request.user, view=_own(request, public_id))
    messages.success(request, _("The view is taken away."))
    return redirect("followups:saved-view-list")
