"""Pages on which a user writes findings at an audit. Each draft is its author's own space."""

from django.http import FileResponse, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followups.pages.audits import user_desk
from followups.permissions import can_work
from followups.views.audits import worked_audit
from followups.views.draft_work import (
    draft_discarded,
    draft_page,
    draft_saved,
    found_draft,
    found_photo,
    photo_removed,
    photo_shown,
)
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def draft_new(request: UserRequest, public_id: str) -> HttpResponse:
    return draft_page(request, user_desk(request.user), worked_audit(request, public_id))


@require_POST
def draft_save(request: UserRequest, public_id: str) -> JsonResponse:
    return draft_saved(request, user_desk(request.user), worked_audit(request, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
def draft_edit(request: UserRequest, public_id: str) -> HttpResponse:
    desk = user_desk(request.user)
    draft = found_draft(desk, public_id)
    require(can_work(request.user, draft.audit.follow_up))
    return draft_page(request, desk, draft.audit, draft)


@require_POST
def draft_discard(request: UserRequest, public_id: str) -> HttpResponse:
    desk = user_desk(request.user)
    return draft_discarded(request, desk, found_draft(desk, public_id))


@require_safe
def draft_photo(request: UserRequest, public_id: str) -> FileResponse:
    return photo_shown(user_desk(request.user), public_id)


@require_POST
def draft_photo_remove(request: UserRequest, public_id: str) -> HttpResponse:
    desk = user_desk(request.user)
    return photo_removed(request, desk, found_photo(desk, public_id))
