"""How an address is declared: what it takes, who sees it and who may do it."""

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
    # Where more may look than may send: who may send.
    posts: frozenset[str] | None = None
    public: bool = False
    # For those outside: the kind of link whose holder sees the page; it is the address's `link`.
    outside: str = ""
    # A later step of the same address: names of the query string with the kinds of object they take.
    query: Mapping[str, str] = field(default_factory=dict)
    # Answers of who may: a redirect, a page, a page with errors.
    fine: frozenset[int] = frozenset({200, 302})

    def allowed(self, which: str) -> frozenset[str]:
        return (self.do or self.see).get(which, NONE)

    def addresses(self, name: str, world: World, which: str) -> list[str]:
        """The paths to try for an object: the address, and each later step of it."""
        arguments = dict(self.extra) | ({self.argument: world.objects[self.kind][which]} if self.kind else {})
        if self.outside:
            arguments["link"] = world.objects[self.outside][which]
        path = reverse(name, kwargs=arguments)
        step = urlencode({key: world.objects[kind][which] for key, kind in self.query.items()})
        return [path, f"{path}?{step}"] if step else [path]


def outside(kind: str = "", *, methods: frozenset[str] = SAFE, link: str = "given", **options: object) -> Rule:
    """A page for the holder of a link: 404 for everyone who merely logs in, and for the holders of other links."""
    nobody = {OWN: NONE, FOREIGN: NONE}
    return Rule(methods, kind, see=nobody, public=True, outside=link, **options)


def page(see: frozenset[str] = WITH_ROLE, **options: object) -> Rule:
    """A page without an object, read only."""
    return Rule(SAFE, see={OWN: see}, **options)
