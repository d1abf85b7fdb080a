"""Who may do what at every address. A new address without a line here fails the build."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from tests.guards.world import FOREIGN, KNOWN, MAY_READ, OWN, REGION_OF, ROLES, STAFF, WITH_ROLE, World

SAFE = frozenset({"GET", "HEAD"})
POST = frozenset({"POST"})
ALL = frozenset(ROLES)
NONE: frozenset[str] = frozenset()
COMMON = {OWN: WITH_ROLE, FOREIGN: WITH_ROLE}
# Those who work in the follow-up of region 23 and of region 12.
WORK = {OWN: MAY_READ["23"], FOREIGN: STAFF}
CONCERNED = {OWN: MAY_READ[REGION_OF[OWN]], FOREIGN: MAY_READ[REGION_OF[FOREIGN]]}
COORDINATE = {OWN: STAFF | {"area_coordinator"}, FOREIGN: STAFF}


@dataclass(frozen=True)
class Rule:
    """One address. `kind` names the world's objects it takes, "" for none; `see` and `do` the roles by object.

    Who may not see gets 404, and so does a stranger everywhere; who sees, or works here, but may not do gets 403.
    """

    methods: frozenset[str]
    kind: str = ""
    argument: str = "public_id"
    extra: Mapping[str, object] = field(default_factory=dict)
    see: Mapping[str, frozenset[str]] = field(default_factory=lambda: {OWN: KNOWN})
    do: Mapping[str, frozenset[str]] | None = None
    public: bool = False
    # A later step of the same address: names of the query string with the kinds of object they take.
    query: Mapping[str, str] = field(default_factory=dict)
    # Answers of who may: a redirect, a page, a page with errors.
    fine: frozenset[int] = frozenset({200, 302})

    def allowed(self, which: str) -> frozenset[str]:
        return (self.do or self.see).get(which, NONE)

    def addresses(self, name: str, world: World, which: str) -> list[str]:
        """The paths to try for an object: the address, and each later step of it."""
        arguments = dict(self.extra) | ({self.argument: world.objects[self.kind][which]} if self.kind else {})
        path = reverse(name, kwargs=arguments)
        step = urlencode({key: world.objects[kind][which] for key, kind in self.query.items()})
        return [path, f"{path}?{step}"] if step else [path]


def page(see: frozenset[str] = WITH_ROLE, **options: object) -> Rule:
    """A page without an object, read only."""
    return Rule(SAFE, see={OWN: see}, **options)


YEAR = {"year": 2023}
ACCESS: dict[str, Rule] = {
    "livez": Rule(SAFE, see={OWN: ALL}, public=True),
    "readyz": Rule(SAFE, see={OWN: ALL}, public=True),
    "home:start": page(KNOWN),
    # regions
    "regions:region-list": page(KNOWN),
    "regions:region-detail": Rule(SAFE, "region", "code", see=COMMON),
    # codeofconduct
    "codeofconduct:supplier-list": page(),
    "codeofconduct:supplier-register": Rule(SAFE | POST, see={OWN: WITH_ROLE - {"reader"}}),
    "codeofconduct:supplier-detail": Rule(SAFE, "supplier", see=COMMON),
    "codeofconduct:contract-register": Rule(
        SAFE | POST,
        "supplier",
        see=COMMON,
        do=dict.fromkeys((OWN, FOREIGN), WITH_ROLE - {"reader", "area_coordinator"}),
    ),
    "codeofconduct:requirement-list": page(),
    # followups
    "followups:follow-up-list": page(),
    "followups:follow-up-open": Rule(SAFE | POST, see={OWN: STAFF}, query={"supplier": "supplier"}),
    "followups:follow-up-detail": Rule(SAFE, "follow_up", see=CONCERNED),
    "followups:follow-up-assign": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=COORDINATE),
    "followups:follow-up-share": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=COORDINATE),
    "followups:follow-up-move": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=WORK),
    "followups:finding-submit": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=WORK),
    "followups:finding-edit": Rule(SAFE | POST, "finding", see=CONCERNED, do=WORK),
    "followups:action-add": Rule(SAFE | POST, "finding", see=CONCERNED, do=WORK),
    "followups:action-done": Rule(POST, "action", see=CONCERNED, do=WORK),
    "followups:evidence-download": Rule(SAFE, "evidence", see=CONCERNED),
    # funding
    "funding:year-list": page(),
    "funding:year-open": Rule(SAFE | POST, see={OWN: frozenset({"admin"})}),
    "funding:year-detail": Rule(SAFE, "year", "year", see={OWN: WITH_ROLE}),
    "funding:basis-enter": Rule(
        SAFE | POST,
        "region",
        "code",
        extra=YEAR,
        see=COMMON,
        do=dict.fromkeys((OWN, FOREIGN), frozenset({"admin"})),
    ),
    "funding:report-export": Rule(POST, "year", "year", see={OWN: WITH_ROLE}, do={OWN: frozenset({"admin"})}),
    "funding:report-download": Rule(SAFE, "report", extra=YEAR, see=COMMON),
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
    "outbox:demo-list": Rule(SAFE, see={OWN: NONE}, public=True),
    "outbox:demo-detail": Rule(SAFE, "message", see={OWN: NONE, FOREIGN: NONE}, public=True),
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
}
