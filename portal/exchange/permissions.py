"""Who may bring files in, and whose runs are whose."""

from typing import TYPE_CHECKING

from portal.exchange.enums import AT_REST, RunState
from portal.exchange.models import ImportRun
from portal.exchange.registry import ExchangeKind, all_kinds

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser


def can_exchange(user: "Someone") -> bool:
    """There is something that the user may bring in or take out."""
    return any(can_see_kind(user, kind) for kind in all_kinds())


def can_import_something(user: "Someone") -> bool:
    return any(kind.may_import(user) for kind in all_kinds())


def can_see_kind(user: "Someone", kind: ExchangeKind) -> bool:
    return kind.may_import(user) or kind.may_export(user)


def is_own(user: "Someone", run: ImportRun) -> bool:
    return bool(run.created_by.user_id == user.pk)


def can_confirm(user: "Someone", run: ImportRun) -> bool:
    """Who brought the file, if it was found fit and would do something, and they still may import such."""
    return (
        is_own(user, run) and run.state == RunState.READY and run.does_something and run.exchange_kind.may_import(user)
    )


def can_check_again(user: "Someone", run: ImportRun) -> bool:
    """Who brought the file, when it has not gone in and nothing is under way."""
    return is_own(user, run) and run.state in AT_REST and run.exchange_kind.may_import(user)


def can_map(user: "Someone", run: ImportRun) -> bool:
    """Who brought the file says what its columns hold, as long as it has not gone in; also after errors."""
    return bool(run.map_url) and can_check_again(user, run)
