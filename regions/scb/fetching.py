"""A table fetched from Statistics Sweden's API (PxWeb, version 1): a query is posted to the table's address."""

import json
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from django.utils.translation import gettext as _

from regions.scb.counties import COUNTIES

# SCB's own names in the table of the population on 31 December (BE0101/BefolkningNy).
CONTENTS = "BE0101N1"
MOST_BYTES = 5 * 1024**2


class NotFetched(Exception):  # noqa: N818 - says what happened
    """SCB could not be asked, or answered with something else; the text is a sentence for the person who asked."""


def fetch_year(address: str, year: int, *, timeout_s: float) -> bytes:
    """The answer (JSON-stat 2) about all counties on 31 December of the year. Raises NotFetched.

    `address`: the table's, from the settings; `timeout_s`: for connecting, and for each part of the answer.
    """
    if not address.startswith(("https://", "http://")):
        raise NotFetched(_("The address of SCB's table in the settings is no web address."))
    wanted = {"Region": list(COUNTIES), "ContentsCode": [CONTENTS], "Tid": [str(year)]}
    query = {
        "query": [{"code": code, "selection": {"filter": "item", "values": values}} for code, values in wanted.items()],
        "response": {"format": "json-stat2"},
    }
    request = Request(address, json.dumps(query).encode(), {"Content-Type": "application/json"})  # noqa: S310 - see above
    try:
        with urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
            content: bytes = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        with error:
            text = _("SCB answered with the error %(code)s: perhaps there are no figures for %(year)s yet.")
            raise NotFetched(text % {"code": error.code, "year": year}) from None
    except (URLError, HTTPException, OSError):
        text = _("SCB could not be reached. Try again later, or download the table there and bring the file.")
        raise NotFetched(text) from None
    if len(content) > MOST_BYTES:
        raise NotFetched(_("SCB's answer is larger than it can be. Download the table there and bring the file."))
    return content
