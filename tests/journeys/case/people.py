"""Five people and a visitor, each at a browser of their own: they go where pages and letters lead, and nowhere else."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Locator, Page, expect

from portal.outbox.models import Message
from regions.models import User
from tests.journeys.machinery import Portal
from tests.machine.processes import eventually
from tests.outbox.sink import Sink

PATIENCE_MS = 15_000
# What buyers of one region write for themselves and the secretariat.
PRIVATE = "kanariefågel"
PHONE = 360


def subject_of(mail: Any) -> str:
    """As it is read: decoded, on one line."""
    return " ".join(str(make_header(decode_header(mail["Subject"]))).split())


class Post:
    """The relay's mails as their recipients read them, each once."""

    def __init__(self, relay: Sink) -> None:
        self.relay = relay
        self._read: set[str] = set()

    def letter(self, to: str, subject: str) -> str:
        """The text of a mail that has not been read yet, waited for: it comes by the real outbox and worker."""
        found: list[Any] = []

        def arrived() -> bool:
            found[:] = [mail for mail in self._unread(to) if subject in subject_of(mail)]
            return bool(found)

        assert eventually(arrived, 90), (to, subject, [subject_of(mail) for mail in self._unread(to)])
        mail = found[0]
        self._read.add(mail["Message-ID"])
        text: str = mail.get_payload(decode=True).decode()
        return text

    def _unread(self, to: str) -> list[Any]:
        return [mail for mail in self.relay.mails if mail["To"] == to and mail["Message-ID"] not in self._read]

    def settle(self) -> None:
        """Wait until all that was queued has left, or is no longer wanted."""
        waiting = Message.objects.filter(state__in=["queued", "sending"])
        assert eventually(lambda: not waiting.exists(), 90), list(
            waiting.values_list("to", "subject", "state", "error")
        )


@dataclass
class Person:
    """Someone at a browser. What the page shows is looked at after each step: no fault in the console, no answer of 400
    or more, and nothing of what is `PRIVATE` unless `may_read_private`."""

    page: Page
    home: str
    take: Callable[[Page, str], None]
    email: str = ""
    width: int = 1280
    may_read_private: bool = False
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", lambda told: self.faults.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("response", self._answered)

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")

    # --- Where they go -------------------------------------------------------------------------------------

    def start(self) -> None:
        self.page.goto(f"{self.home}/")
        self.check()

    def open_letter(self, text: str, *, is_personal: bool = True) -> None:
        """Follow the first address in it, as in a tab of its own; a personal link asks who one is."""
        address = re.search(rf"{re.escape(self.home)}/\S+", text)
        assert address, text
        self.page.goto("about:blank")
        self.page.goto(address[0])
        if is_personal:
            self.press("Ja, gå vidare")
        self.check()

    def follow(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        self._click((within or self.page).get_by_role("link", name=name, exact=isinstance(name, str)))

    def press(self, name: str | re.Pattern[str]) -> None:
        self._click(self.page.get_by_role("main").get_by_role("button", name=name, exact=isinstance(name, str)))

    def _click(self, what: Locator) -> None:
        what.first.click()
        self.check()

    # --- What they enter -----------------------------------------------------------------------------------

    def labelled(self, label: str) -> Locator:
        """The field with this label, said to be optional or not."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(\(valfritt\))?\s*$")).first

    def write(self, label: str, text: str) -> None:
        self.labelled(label).fill(text)

    def select(self, label: str, option: str) -> None:
        self.labelled(label).select_option(label=option)

    def choose(self, name: str, *, within: str = "") -> None:
        """A radio button, of the group with this legend where the name stands in several."""
        where = self.page.get_by_role("group", name=re.compile(f"^{re.escape(within)}")) if within else self.page
        where.get_by_role("radio", name=name, exact=True).first.check()

    def tick(self, name: str) -> None:
        self.page.get_by_role("checkbox", name=name).first.check()

    def attach(self, label: str, name: str, kind: str, content: bytes) -> None:
        self.labelled(label).set_input_files({"name": name, "mimeType": kind, "buffer": content})

    # --- What they see -------------------------------------------------------------------------------------

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=PATIENCE_MS)
        self.check()

    def does_not_see(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_have_count(0)

    def check(self) -> None:
        content = eventually(self._content)
        assert self.faults == []
        assert content, self.page.url
        if not self.may_read_private:
            assert PRIVATE not in content, self.page.url

    def _content(self) -> str:
        """What the page consists of; nothing while it is being left for the next one."""
        self.page.wait_for_load_state()
        try:
            return self.page.content()
        except Error:
            return ""

    def look(self, name: str) -> None:
        """A picture at both widths, nothing for axe to complain about, and no page that scrolls sideways on a phone."""
        self.take(self.page, f"case-{name}")
        self.page.set_viewport_size({"width": PHONE, "height": 780})
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        found = [violation["id"] for violation in Axe().run(self.page).response["violations"]]
        assert [*found, *(["wide"] if self.page.evaluate(wide) else [])] == [], name
        self.page.set_viewport_size({"width": self.width, "height": 780})
        self.check()


@dataclass
class Cast:
    """Those who take part, and the post between them. `supplier_name`: whom it is all about."""

    portal: Portal
    post: Post
    secretariat: Person
    lead: Person
    second: Person
    supplier: Person
    auditor: Person
    visitor: Person
    users: dict[str, User]
    supplier_name: str

    def on(self, now: str) -> None:
        """Another day: the portal starts anew with its clock there; everyone's browser stays open. On the first, users
        log in."""
        is_first = not self.portal.now
        if not is_first:
            self.post.settle()
            self.portal.kill("web", "worker", "beat")
        self.portal.now = now
        self.portal.start("web", "worker", "beat")
        for part, user in self.users.items() if is_first else ():
            self.portal.log_in(getattr(self, part).page, user)

    def of_supplier(self, person: Person) -> None:
        """To the page of the follow-up, by the navigation."""
        person.start()
        person.follow("Uppföljningar", within=person.page.get_by_role("navigation", name="Huvudmeny"))
        person.follow(self.supplier_name)
        person.sees(f"{self.supplier_name} – var är vi?")


@contextmanager
def people(
    browser: Browser,
    portal: Portal,
    post: Post,
    take: Callable[[Page, str], None],
    *,
    users: dict[str, User],
    outside: dict[str, str],
    supplier_name: str,
    phone: bool = False,
) -> Iterator[Cast]:
    """`users` and `outside` (addresses): by their part. `phone`: the auditor works on one."""
    contexts = []

    def someone(part: str) -> Person:
        width = PHONE if phone and part == "auditor" else 1280
        context = browser.new_context(viewport={"width": width, "height": 780}, locale="sv-SE")
        contexts.append(context)
        email = users[part].email if part in users else outside.get(part, "")
        return Person(
            context.new_page(),
            portal.url,
            take,
            email=email,
            width=width,
            may_read_private=part in {"secretariat", "lead"},
        )

    parts = {part: someone(part) for part in ("secretariat", "lead", "second", "supplier", "auditor", "visitor")}
    yield Cast(portal=portal, post=post, users=users, supplier_name=supplier_name, **parts)
    for context in contexts:
        context.close()
