"""Reference data of this room: the scale of severity."""

from followups.models import Severity
from portal.history.models import SystemActor

# (key, Swedish, English, severe)
SEVERITIES = [
    ("deviation", "Avvikelse", "Deviation", False),
    ("severe", "Allvarlig avvikelse", "Severe deviation", True),
]


def load(*, by: SystemActor) -> None:
    """The two severities of the regions' own guidance. Loading again changes nothing; `by` stands in the history."""
    Severity.objects.bulk_create(
        (
            Severity(key=key, name_sv=sv, name_en=en, order=order, is_severe=severe)
            for order, (key, sv, en, severe) in enumerate(SEVERITIES, start=1)
        ),
        ignore_conflicts=True,
    )
