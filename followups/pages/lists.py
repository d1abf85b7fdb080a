"""What the pages of the three lists have in common."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from followups.enums.lists import LIST_PAGES, ListKey
from followups.forms.lists import ListForm
from followups.queries.saved_views import views_of
from portal.ui.paging import KeyPage
from regions.models import User


def list_context(
    user: User, list_key: ListKey, form: ListForm, found: QuerySet[Any], page: KeyPage[Any], query: QueryDict
) -> dict[str, Any]:
    """Of a cleaned form, the rows it narrows to and the page of them: headings, saved views, the count."""
    kept = form.kept()
    return {
        "form": form,
        "page": page,
        "count": found.count(),
        "is_narrowed": form.is_narrowed,
        "headings": form.headings(query),
        "list_key": list_key.value,
        "list_url": reverse(LIST_PAGES[list_key]),
        "views": [
            {"view": view, "url": f"{reverse(LIST_PAGES[list_key])}?{view.query}", "is_current": view.query == kept}
            for view in views_of(user, list_key)
        ],
        "kept": kept,
        "back": query.urlencode(),
    }
