"""Who may do what at every address. A new address without a line here, or in `parts`, fails the build."""

from tests.guards.parts import PARTS
from tests.guards.rule import ALL, COMMON, CONCERNED, COORDINATE, NONE, POST, SAFE, WORK, Rule, page
from tests.guards.world import FOREIGN, KNOWN, OWN, STAFF

OF_A_REGION = frozenset({"buyer", "neighbour", "area_coordinator", "regional_coordinator"})
ACCESS: dict[str, Rule] = {
    "livez": Rule(SAFE, see={OWN: ALL}, public=True),
    "readyz": Rule(SAFE, see={OWN: ALL}, public=True),
    "home:start": page(KNOWN),
    "home:search": page(),
    # regions
    "regions:region-list": page(KNOWN),
    "regions:region-detail": Rule(SAFE, "region", "code", see=COMMON),
    # followups
    "followups:follow-up-list": page(),
    "followups:process": page(),
    "followups:follow-up-open": Rule(
        SAFE | POST, see={OWN: STAFF | OF_A_REGION}, query={"supplier": "supplier"}, posts=STAFF
    ),
    "followups:follow-up-detail": Rule(SAFE, "follow_up", see=CONCERNED),
    "followups:follow-up-assign": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=COORDINATE),
    "followups:follow-up-share": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=COORDINATE),
    "followups:follow-up-move": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=WORK),
    "followups:finding-submit": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=WORK),
    "followups:finding-edit": Rule(SAFE | POST, "finding", see=CONCERNED, do=WORK),
    "followups:action-add": Rule(SAFE | POST, "finding", see=CONCERNED, do=WORK),
    "followups:action-done": Rule(POST, "action", see=CONCERNED, do=WORK),
    "followups:evidence-download": Rule(SAFE, "evidence", see=CONCERNED),
    # kits
    "outbox:message-list": page(KNOWN),
    "outbox:message-detail": Rule(SAFE, "message", see={OWN: frozenset({"buyer", "admin"}), FOREIGN: STAFF}),
    "outbox:message-resend": Rule(
        POST,
        "message",
        see={OWN: frozenset({"buyer", "admin"}), FOREIGN: STAFF},
        do=dict.fromkeys((OWN, FOREIGN), frozenset({"admin"})),
    ),
    "outbox:message-mark-sent": Rule(
        POST,
        "message",
        see={OWN: frozenset({"buyer", "admin"}), FOREIGN: STAFF},
        do=dict.fromkeys((OWN, FOREIGN), frozenset({"admin"})),
    ),
    "outbox:message-mark-bounced": Rule(
        POST,
        "message",
        see={OWN: frozenset({"buyer", "admin"}), FOREIGN: STAFF},
        do=dict.fromkeys((OWN, FOREIGN), frozenset({"admin"})),
    ),
    "outbox:message-note": Rule(
        POST,
        "message",
        see={OWN: frozenset({"buyer", "admin"}), FOREIGN: STAFF},
        do=dict.fromkeys((OWN, FOREIGN), frozenset({"admin"})),
    ),
    "outbox:demo-list": Rule(SAFE, see={OWN: NONE}, public=True),
    "outbox:demo-detail": Rule(SAFE, "message", see={OWN: NONE, FOREIGN: NONE}, public=True),
    "reminders:preference-edit": Rule(SAFE | POST),
    "reminders:calendar-renew": Rule(POST),
    "reminders:calendar-revoke": Rule(POST),
    "reminders:calendar-feed": Rule(SAFE, "", extra={"key": "made.up"}, see={OWN: NONE}, public=True),
    "reminders:switch-on": Rule(SAFE | POST, see={OWN: KNOWN}, do={OWN: frozenset({"admin"})}),
    "reminders:switch-off": Rule(POST, see={OWN: KNOWN}, do={OWN: frozenset({"admin"})}),
    "jobs:job-show": Rule(SAFE, "job", see={OWN: frozenset({"buyer"}), FOREIGN: frozenset({"secretariat"})}),
    "jobs:job-progress": Rule(
        SAFE,
        "job",
        see={OWN: frozenset({"buyer"}), FOREIGN: frozenset({"secretariat"})},
        fine=frozenset({200, 286}),
    ),
    "jobs:job-result": Rule(SAFE, "job", see={OWN: frozenset({"buyer"}), FOREIGN: frozenset({"secretariat"})}),
    "jobs:job-retry": Rule(POST, "job", see={OWN: frozenset({"buyer"}), FOREIGN: frozenset({"secretariat"})}),
    "ui:gallery": page(KNOWN),
    "ui:set-language": Rule(POST, see={OWN: ALL}, public=True, fine=frozenset({302, 400})),
    # account: allauth's own views
    "account_login": Rule(SAFE | POST, see={OWN: ALL}, public=True),
    "account_logout": Rule(SAFE | POST, see={OWN: ALL}, public=True),
    "account_inactive": Rule(SAFE, see={OWN: ALL}, public=True),
    "account_change_password": Rule(SAFE | POST),
    "account_reset_password": Rule(SAFE | POST, see={OWN: ALL}, public=True),
    "account_reset_password_done": Rule(SAFE, see={OWN: ALL}, public=True),
    "account_reset_password_from_key": Rule(
        SAFE | POST, "", extra={"uidb36": "0", "key": "0-0"}, see={OWN: ALL}, public=True
    ),
    "account_reset_password_from_key_done": Rule(SAFE, see={OWN: ALL}, public=True),
} | {name: rule for part in PARTS for name, rule in part.RULES.items()}
