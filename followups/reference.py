"""Reference data of this room: the scale of severity, the bodies outside whose results count, the rules of reuse."""

from followups.enums.reuse import SIMILAR, BodyKind
from followups.models import ResultBody, ReuseRules, Severity, SimilarMethod
from portal.history.models import SystemActor, actor_of

# (key, Swedish, English, severe, days for the plan, days for the action). The days are customary in comparable schemes;
# the secretariat changes them on the page of the scale, and a contract's clause goes before them.
SEVERITIES = [
    ("deviation", "Avvikelse", "Deviation", False, 28, 180),
    ("severe", "Allvarlig avvikelse", "Severe deviation", True, 14, 90),
]

# Those that the regions work with: (name, kind, country).
BODIES = [
    ("Adda", BodyKind.JOINT, "SE"),
    ("Annan svensk myndighet", BodyKind.AUTHORITY, "SE"),
    ("Sykehusinnkjøp", BodyKind.ABROAD, "NO"),
    ("HUS", BodyKind.ABROAD, "FI"),
    ("SMETA (Sedex)", BodyKind.SCHEME, ""),
    ("amfori BSCI", BodyKind.SCHEME, ""),
]
# Guidance on due diligence, Manage the contract: at most three years, the same level, a similar method.
FIRST_RULES = (
    "Vägledningen: ett resultat kan användas i tre år, om villkoren håller samma nivå och metoden är likvärdig."
)


def load(*, by: SystemActor) -> None:
    """What the regions' own guidance says. Loading again changes nothing; `by` stands in the history."""
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
    ResultBody.objects.bulk_create(
        (ResultBody(name=name, kind=kind, country=country, created_by=actor_of(by)) for name, kind, country in BODIES),
        ignore_conflicts=True,
    )
    if not ReuseRules.objects.exists():
        rules = ReuseRules.objects.create(reason=FIRST_RULES, created_by=actor_of(by))
        SimilarMethod.objects.bulk_create(
            SimilarMethod(rules=rules, wanted=wanted, given=given) for wanted, given in SIMILAR
        )
