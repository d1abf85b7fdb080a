"""A real SMTP server on loopback that keeps what it accepts in a Maildir, and can refuse or stall."""

import asyncio
import mailbox
import socket
import threading
from email.message import Message as Mail
from pathlib import Path

from aiosmtpd.controller import Controller

from portal.outbox import journal


class OnAnyPort(Controller):
    """Listens on a port that the system chose, taken at once so that no other test gets it."""

    def _create_server(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listener)


class Sink:
    """`answers` maps RCPT or DATA to what is said instead of 250. `stall` names the command after which it falls silent:
    DATA when the mail is already in the Maildir, RCPT before there is any. `reached` is set at that point."""

    def __init__(self, folder: Path) -> None:
        journal.prepare(folder)
        self.folder = folder
        self.answers: dict[str, str] = {}
        self.stall = ""
        self.reached = threading.Event()
        self.released = threading.Event()
        self.controller = OnAnyPort(self, hostname="127.0.0.1", ready_timeout=20)

    @property
    def port(self) -> int:
        return self.controller.port

    @property
    def mails(self) -> list[Mail]:
        return list(mailbox.Maildir(self.folder, create=False))

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802 - aiosmtpd's name
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return await self._answer("RCPT")

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.keep(envelope.content)
        return await self._answer("DATA")

    def keep(self, content: bytes) -> None:
        mailbox.Maildir(self.folder, create=False).add(content)

    async def _answer(self, command: str) -> str:
        if self.stall == command:
            self.reached.set()
            while not self.released.is_set():
                await asyncio.sleep(0.02)
        return "250 OK"
