"""The addresses of a follow-up's reminders: the secretariat pauses, those who work in it see to what did not arrive."""

from followups.models import FollowUp
from portal.history.models import SystemActor, actor_of
from portal.outbox.actions import queue_mail
from portal.outbox.models import Message
from portal.reminders.models import Reminder
from tests.guards.rule import CONCERNED, POST, SAFE, WORK, Rule
from tests.guards.world import FOREIGN, OWN, REGION_OF, STAFF, World, canary

PAUSE = {OWN: STAFF, FOREIGN: STAFF}
RULES: dict[str, Rule] = {
    "followups:reminders-pause": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=PAUSE),
    "followups:reminders-resume": Rule(POST, "follow_up", see=CONCERNED, do=PAUSE),
    # Of the own follow-up, whichever it is: another's has no such message.
    "followups:undelivered-note": Rule(
        POST, "follow_up", extra={"message": "undelivered1"}, see=CONCERNED, do=WORK, fine=frozenset({302, 404})
    ),
}
WITHOUT_FORM: set[str] = {"followups:reminders-resume", "followups:undelivered-note"}
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """A reminder in each region's follow-up that came back."""
    by = SystemActor("world")
    for which in (OWN, FOREIGN):
        word, follow_up = canary(REGION_OF[which]), FollowUp.objects.get(public_id=world.objects["follow_up"][which])
        message = queue_mail(to="retur@leverantor.example", subject=word, body=word, kind="reminder", by=by)
        Message.objects.filter(pk=message.pk).update(state="failed", error=f"550 {word}")
        Reminder.objects.create(
            source="corrective_action",
            about=follow_up.public_id,
            within=follow_up.public_id,
            step="-3",
            due_on="2026-12-02",
            email=f"retur-{word}@leverantor.example".lower(),
            name=word,
            message=message,
            created_by=actor_of(by),
        )
