"""Reads over governing documents."""

from django.db.models import QuerySet

from codeofconduct.models import CodeSection, CodeVersion


def sections_of_latest_code() -> QuerySet[CodeSection]:
    """The areas of the version of the code that came last."""
    latest = CodeVersion.objects.adopted().order_by("-valid_from").values("pk")[:1]
    return CodeSection.objects.filter(code_version=latest).order_by("number")
