"""Reference data of this room: the scale of severity."""

from followups.models import Severity
from portal.history.models import SystemActor

# (key, Swedish, English, severe, days for the plan, days for the action). The days are customary in comparable schemes;
# the secretariat changes them on the page of the scale, and a contract's clause goes before them.
SEVERITIES = [
    ("deviation", "Avvikelse", "Deviation", False, 28, 180),
    ("severe", "Allvarlig avvikelse", "Severe deviation", True, 14, 90),
]


def load(*, by: SystemActor) -> None:
    """The two severities of the regions' own guidance. Loading again changes nothing; `by` stands in the history."""
    Severity.objects.bulk_create(
        (
            Severity(
                key=key,
                name_sv=sv,
                name_en=en,
                order=order,
                is_severe=severe,
                days_for_plan=plan,
                days_for_action=action,
            )
            for order, (key, sv, en, severe, plan, action) in enumerate(SEVERITIES, start=1)
        ),
        ignore_conflicts=True,
    )
