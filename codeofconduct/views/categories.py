"""Pages of the purchase categories."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.actions.categories import (
    add_category,
    add_cpv_codes,
    change_category,
    change_owner,
    remove_cpv_code,
    undo_owner,
)
from codeofconduct.forms.categories import (
    CategoryCpvForm,
    CategoryEditForm,
    CategoryFilterForm,
    CategoryForm,
    CategoryOwnerForm,
    CpvRemoveForm,
    CpvSearchForm,
)
from codeofconduct.models import CpvCode, PurchaseCategory
from codeofconduct.permissions import can_keep_categories
from codeofconduct.presentation.categories import history_of, page_of, tree_rows
from codeofconduct.presentation.conflicts import differences
from codeofconduct.queries.categories import (
    TREE_ORDER,
    categories_listed,
    cpv_listed,
    owners_of,
    with_categories,
)
from codeofconduct.queries.risk import with_latest_assessment
from codeofconduct.slots import category_sections
from portal.history.versions import StaleVersionError
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require, require_role

TREE_PAGE = 50
SUGGESTED_CODES = 20


def visible(request: UserRequest, public_id: str) -> PurchaseCategory:
    """The category, or 404 to those without a role."""
    return get_object_or_404(PurchaseCategory.objects.visible_to(request.user), public_id=public_id)


@require_safe
def category_list(request: UserRequest) -> HttpResponse:
    """The tree, with who answers for what and where the risk is."""
    require_role(request)
    form = CategoryFilterForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    categories = categories_listed(
        request.user,
        text=chosen.get("q", ""),
        group=chosen.get("group"),
        prioritised=chosen.get("prioritised", False),
        period=chosen.get("period"),
    )
    page = key_page(with_latest_assessment(categories), request.GET, by=TREE_ORDER, size=TREE_PAGE)
    context = {
        "form": form,
        "page": page,
        "rows": tree_rows(page.rows),
        "period": chosen.get("period"),
        "is_narrowed": any(chosen.get(name) for name in ("q", "group", "prioritised")),
        "may_keep": can_keep_categories(request.user),
    }
    return render(request, "codeofconduct/category_list.html", context)


@require_safe
def category_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """One category, one page: who answers, what is bought, where the risk is, what is done."""
    category = visible(request, public_id)
    sections = [section for fill in category_sections if (section := fill(request.user, category))]
    context = {**page_of(request.user, category), "sections": sections}
    return render(request, "codeofconduct/category_detail.html", context)


@require_safe
def category_history(request: UserRequest, public_id: str) -> HttpResponse:
    category = visible(request, public_id)
    changes = history_of(category, request.GET.get("before", ""))
    older_url = f"?{urlencode({'before': changes.older})}" if changes.older else ""
    context = {"category": category, "changes": changes.rows, "older_url": older_url}
    return render(request, "codeofconduct/category_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def category_add(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_keep_categories(request.user))
    initial = {"parent": request.GET.get("parent", "")[:20]}
    form = CategoryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            category = add_category(by=request.user, **form.cleaned_data)
        except IntegrityError:  # someone took the name or the code between the check and the write
            form.add_error(None, _("Someone else has just added a category with this name or code."))
        else:
            messages.success(request, _("%(name)s is in the tree.") % {"name": category.name})
            return redirect("codeofconduct:category-detail", category.public_id)
    return render(request, "codeofconduct/category_add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def category_edit(request: UserRequest, public_id: str) -> HttpResponse:
    category = visible(request, public_id)
    require(can_keep_categories(request.user))
    form = CategoryEditForm(request.POST or None, category=category, initial=_held(category))
    if request.method == "POST" and form.is_valid():
        try:
            change_category(by=request.user, category=category, **form.cleaned_data)
        except StaleVersionError as error:
            return _category_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        except IntegrityError:
            form.add_error(None, _("Someone else has just added a category with this name or code."))
        else:
            messages.success(request, _("The category is saved."))
            return redirect("codeofconduct:category-detail", category.public_id)
    return render(request, "codeofconduct/category_edit.html", {"form": form, "category": category})


def _held(category: PurchaseCategory) -> dict[str, object]:
    """The form's values as they are stored."""
    parent = category.parent.public_id if category.parent else ""
    return {"name": category.name, "code": category.code, "parent": parent, "version": category.version}


def _category_conflict(
    request: UserRequest, form: CategoryEditForm, error: StaleVersionError[PurchaseCategory]
) -> HttpResponse:
    stored = error.stored
    again = CategoryEditForm(at_version(request.POST, stored.version), category=stored)
    held = {"name": stored.name, "code": stored.code, "parent": stored.parent}
    return conflict(request, context={"form": again}, comparisons=differences(form, held))


@require_http_methods(["GET", "HEAD", "POST"])
def category_owner(request: UserRequest, public_id: str) -> HttpResponse:
    """Who answers for the category from a day on."""
    category = visible(request, public_id)
    require(can_keep_categories(request.user))
    form = CategoryOwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            owner = change_owner(by=request.user, category=category, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = {"group": owner.group, "category": category}
            messages.success(request, _("%(category)s: %(group)s is noted as the one that answers.") % told)
            return redirect("codeofconduct:category-detail", category.public_id)
    context = {"form": form, "category": category, "owners": owners_of(category)}
    return render(request, "codeofconduct/category_owner.html", context)


@require_POST
def category_owner_undo(request: UserRequest, public_id: str) -> HttpResponse:
    """Take back the latest one that was entered."""
    category = visible(request, public_id)
    require(can_keep_categories(request.user))
    form = CategoryOwnerForm(request.POST)
    if form.is_valid():
        try:
            undo_owner(by=request.user, category=category, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The entry is taken back. The history keeps it."))
    return redirect("codeofconduct:category-owner", category.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def category_cpv(request: UserRequest, public_id: str) -> HttpResponse:
    """The category's CPV codes: found by search, or pasted several at a time."""
    category = visible(request, public_id)
    require(can_keep_categories(request.user))
    form = CategoryCpvForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = add_cpv_codes(by=request.user, category=category, codes=form.cleaned_data["codes"])
        text = ngettext("%(count)s CPV code was added.", "%(count)s CPV codes were added.", added)
        messages.success(request, text % {"count": added})
        return redirect("codeofconduct:category-cpv", category.public_id)
    search = CpvSearchForm(request.GET)
    text = search.cleaned_data.get("q", "") if search.is_valid() else ""
    suggested = cpv_listed(text=text).exclude(categories=category).order_by("code") if text else CpvCode.objects.none()
    context = {
        "form": form,
        "search": search,
        "text": text,
        "suggested": suggested[:SUGGESTED_CODES],
        "category": category,
        "page": key_page(cpv_listed(category=category), request.GET, by=F("code")),
    }
    return render(request, "codeofconduct/category_cpv.html", context)


@require_POST
def category_cpv_remove(request: UserRequest, public_id: str) -> HttpResponse:
    category = visible(request, public_id)
    require(can_keep_categories(request.user))
    form = CpvRemoveForm(request.POST)
    if form.is_valid():
        cpv = form.cleaned_data["code"]
        remove_cpv_code(by=request.user, category=category, cpv=cpv)
        messages.success(request, _("%(code)s is no longer among the category's CPV codes.") % {"code": cpv.code})
    return redirect("codeofconduct:category-cpv", category.public_id)


@require_safe
def cpv_list(request: UserRequest) -> HttpResponse:
    """The CPV codes that the portal knows, with the categories they belong to."""
    require_role(request)
    form = CpvSearchForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    codes = cpv_listed(text=chosen.get("q", ""), category=chosen.get("category"))
    context = {"form": form, "page": key_page(with_categories(codes), request.GET, by=F("code"), size=TREE_PAGE)}
    return render(request, "codeofconduct/cpv_list.html", context)
