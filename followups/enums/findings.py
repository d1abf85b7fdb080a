"""What a finding says beside its text: how the supplier is involved, and which of the six severe types it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Evidence whose effective date lies further back than this many months is shown as old; auditors ask for governing
# documents that were revised in the last one or two years.
EVIDENCE_OLD_MONTHS = 24


class Involvement(models.TextChoices):
    """How the supplier is involved in the harm: the three of the UN Guiding Principles. It decides who remedies."""

    CAUSES = "causes", _("causes it")
    CONTRIBUTES = "contributes", _("contributes to it")
    LINKED = "linked", _("is linked to it")


class SevereType(models.TextChoices):
    """The closed list of severe deviations in the contract clause: the supplier reports them by itself."""

    FORCED_LABOUR = "forced_labour", _("forced labour")
    CHILD_LABOUR = "child_labour", _("child labour")
    DANGER_TO_LIFE = "danger_to_life", _("working conditions dangerous to life")
    ENVIRONMENTAL_HARM = "environmental_harm", _("serious environmental harm")
    CORRUPTION = "corruption", _("grand corruption")
    DEFENDERS = "defenders", _("attacks on environmental or human rights defenders")
