"""A table fetched from Statistics Sweden's API (PxWeb, version 1): a query is posted to the table's address."""

import json
import time
from contextlib import suppress
from http.client import HTTPException, IncompleteRead, InvalidURL
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from django.utils.translation import gettext as _

from regions.scb import jsonstat
from regions.scb.contents import POPULATION_CODE
from regions.scb.counties import COUNTIES

MOST_BYTES = 5 * 1024**2
_PART_BYTES = 64 * 1024


class NotFetched(Exception):  # noqa: N818 - says what happened
    """SCB could not be asked, or answered with something else; the text is a sentence for the person who asked."""


def fetch_year(address: str, year: int, *, timeout_s: float) -> bytes:
    """The answer (JSON-stat 2) about all counties on 31 December of the year. Raises NotFetched.

    `address`: the table's, from the settings; `timeout_s`: for all of it, however slowly the answer comes.
    """
    not_reached = _("SCB could not be reached. Try again later, or download the table there and bring the file.")
    try:
        content = _within(timeout_s, address, _query(year))
    except HTTPError as error:
        with error:
            text = _("SCB answered with the error %(code)s: perhaps there are no figures for %(year)s yet.")
            raise NotFetched(text % {"code": error.code, "year": year}) from None
    except IncompleteRead:
        text = _("SCB's answer was cut short. Try again later, or download the table there and bring the file.")
        raise NotFetched(text) from None
    except (ValueError, InvalidURL):
        raise NotFetched(_("The address of SCB's table in the settings is no web address.")) from None
    except TimeoutError:
        text = _("SCB did not answer in time. Try again later, or download the table there and bring the file.")
        raise NotFetched(text) from None
    except (URLError, HTTPException, OSError):
        raise NotFetched(not_reached) from None
    if len(content) > MOST_BYTES:
        raise NotFetched(_("SCB's answer is larger than it can be. Download the table there and bring the file."))
    if not jsonstat.is_table(content):
        text = _(
            "SCB answered with something else than a table, perhaps a page about maintenance. Try again later, or "
            "download the table there and bring the file."
        )
        raise NotFetched(text)
    return content


def _query(year: int) -> bytes:
    wanted = {"Region": list(COUNTIES), "ContentsCode": [POPULATION_CODE], "Tid": [str(year)]}
    query = {
        "query": [{"code": code, "selection": {"filter": "item", "values": values}} for code, values in wanted.items()],
        "response": {"format": "json-stat2"},
    }
    return json.dumps(query).encode()


def _within(timeout_s: float, address: str, query: bytes) -> bytes:
    """The answer, asked for by a thread of its own: no timeout of a socket ends what comes byte by byte."""
    told: SimpleQueue[bytes | Exception] = SimpleQueue()
    ends_at = time.monotonic() + timeout_s

    def ask() -> None:
        try:
            told.put(_asked(address, query, timeout_s, ends_at))
        except Exception as problem:  # noqa: BLE001 - raised again where it is waited for
            told.put(problem)

    Thread(target=ask, name="scb", daemon=True).start()
    found: bytes | Exception = TimeoutError()
    with suppress(Empty):
        found = told.get(timeout=timeout_s)
    if isinstance(found, Exception):
        raise found
    return found


def _asked(address: str, query: bytes, timeout_s: float, ends_at: float) -> bytes:
    """The answer, or a part more than can be. Raises ValueError, OSError, HTTPException; IncompleteRead if cut short."""
    if not address.startswith(("https://", "http://")):
        raise ValueError(address)
    request = Request(address, query, {"Content-Type": "application/json"})  # noqa: S310 - see above
    content = b""
    with urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
        while len(content) <= MOST_BYTES and (part := answer.read1(_PART_BYTES)):
            content += part
            if time.monotonic() > ends_at:
                raise TimeoutError
        if len(content) <= MOST_BYTES and answer.length:
            raise IncompleteRead(content, answer.length)
    return content
