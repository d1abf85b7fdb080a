"""Writes about people and places."""

from regions.models import User


def set_language(*, by: User, language: str) -> None:
    """Remember the page language ("sv" or "en") that the user chose. Raises ValueError for any other."""
    if language not in dict(User._meta.get_field("language").choices):
        raise ValueError(language)
    by.language = language
    by.save(update_fields=["language"])
