"""Pages of what is demanded."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codeofconduct.models import ClauseVersion
from codeofconduct.queries.categories import prioritised_categories
from codeofconduct.queries.documents import sections_of_latest_code
from regions.permissions import has_role
from regions.requests import UserRequest


@require_safe
def requirement_list(request: UserRequest) -> HttpResponse:
    """What is demanded: clause versions with their requirements, and the prioritised categories."""
    if not has_role(request.user):
        raise Http404
    context = {
        "clause_versions": ClauseVersion.objects.prefetch_related("requirements"),
        "sections": sections_of_latest_code(),
        "categories": prioritised_categories(),
    }
    return render(request, "codeofconduct/requirement_list.html", context)
