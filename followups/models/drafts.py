"""The supplier's own space: what it writes before it submits. Without row history, and read by nobody else.

Unsent drafts are kept for the supplier as technical storage on another's behalf and are no official documents
(tryckfrihetsförordningen 2:13): no querysets for users, no page, export or search reads them, and what is submitted or
withdrawn leaves nothing behind. A file lies in its row and not in the storage, so that it goes with it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from codeofconduct.questionnaire_logic import ANSWER_MAX
from followups.models.assessments import REASON_MAX, SelfAssessment
from portal import clock
from portal.files.models import NAME_LENGTH
from portal.history.models import Versioned, by_field, new_public_id

KEY_LENGTH = 40


class Draft(models.Model):
    """`key`: the question's. A question that is asked no more keeps its draft."""

    self_assessment = models.ForeignKey(SelfAssessment, on_delete=models.PROTECT, related_name="%(class)ss")
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    secrecy_claim = models.TextField(blank=True, max_length=REASON_MAX)
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = by_field(_("saved by"))

    class Meta:
        abstract = True


class DraftAnswer(Draft, Versioned):
    """The answer to one question, with a version of its own: two people of the supplier don't overwrite each other."""

    value = models.TextField(blank=True, max_length=ANSWER_MAX)

    class Meta:
        verbose_name = _("draft of an answer")
        constraints = [models.UniqueConstraint(fields=["self_assessment", "key"], name="draft_answer_unique")]

    def __str__(self) -> str:
        return self.key


class DraftFile(Draft):
    """A file to hand in with an answer. It has been checked; `size` in bytes."""

    public_id = models.CharField(max_length=12, unique=True, editable=False, default=new_public_id)
    name = models.CharField(max_length=NAME_LENGTH)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("draft of a file")
        constraints = [
            models.UniqueConstraint(fields=["self_assessment", "key", "sha256", "name"], name="draft_file_unique")
        ]

    def __str__(self) -> str:
        return self.name
