"""A supplier of the demo reports a severe deviation, a little late. Told once; again changes nothing."""

import uuid
from datetime import timedelta

from codeofconduct.models import Contract
from followups.actions.links import issue_link
from followups.actions.severe import report_severe
from followups.enums.findings import SevereType
from followups.enums.links import Holder
from followups.models import SevereReport
from portal import clock
from portal.history.models import SystemActor


def tell(*, by: SystemActor) -> None:
    if SevereReport.objects.exists():
        return
    contracts = Contract.objects.filter(supplier__name="Handskfabriken i Borås AB").order_by("pk")
    contract = contracts.filter(region__code="23").first() or contracts[0]
    link = issue_link(
        by=by,
        holder=Holder.REPORTER,
        name="Anita Berg",
        email="anita.berg@handskfabriken.example",
        language="sv",
        contract=contract,
    )
    report_severe(
        by=link.actor,
        contract=contract,
        submission=uuid.uuid4(),
        severe_type=SevereType.DANGER_TO_LIFE,
        happened="En ångpanna exploderade på natten. Två personer skadades, ingen allvarligt.",
        facts="Fabrikens ledning ringde samma morgon. Vår egen inspektör var på plats efter tre dagar.",
        measures_taken="Produktionen i den byggnaden står stilla. De skadade får lön och vård.",
        measures_planned="En oberoende kontroll av alla tryckkärl innan produktionen börjar igen.",
        known_on=clock.today() - timedelta(days=16),
        place="Johor Bahru",
        country="MY",
    )
