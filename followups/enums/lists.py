"""The lists of this room, and what they can be narrowed to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListKey(models.TextChoices):
    """A list with a page: its word in addresses, in saved views and in exports."""

    FOLLOW_UPS = "follow-ups", _("Follow-ups")
    FINDINGS = "findings", _("Findings")
    ACTIONS = "actions", _("Corrective actions")


# The page of each list.
LIST_PAGES = {
    ListKey.FOLLOW_UPS: "followups:follow-up-list",
    ListKey.FINDINGS: "followups:finding-list",
    ListKey.ACTIONS: "followups:action-list",
}


class FindingStatus(models.TextChoices):
    """What became of a finding; a draft is its author's own."""

    OPEN = "open", _("open")
    REMEDIED = "remedied", _("remedied")
    DRAFT = "draft", _("my drafts")


class ActionStatus(models.TextChoices):
    """Where a corrective action is. Open ones are of follow-ups under way."""

    OPEN = "open", _("open")
    LATE = "late", _("overdue")
    SOON = "soon", _("due within 14 days")
    DONE = "done", _("done")
