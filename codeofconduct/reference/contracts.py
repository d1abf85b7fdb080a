"""The joint bodies that contract for regions. Their organisation numbers are for the secretariat to enter."""

from codeofconduct.models import ContractingBody
from portal.history.models import SystemActor, actor_of

BODIES = ("Adda", "Varuförsörjningen")


def load(*, by: SystemActor) -> None:
    """Those that the cooperation's own pages name."""
    actor = actor_of(by)
    for name in BODIES:
        ContractingBody.objects.get_or_create(name=name, defaults={"created_by": actor})
