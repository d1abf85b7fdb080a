"""What was published, corrected and withdrawn, as Atom: an entry a summary, whose id stays while it changes."""

import unicodedata
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from followups.addresses import address_of_summary, whole
from followups.models import SummaryEdition
from followups.queries.summaries import told_to_the_public
from portal.ui.prose import prose_html
from portal.ui.templatetags.formats import day

LATEST = 50


def printable(text: Any) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(sign for sign in str(text) if sign in "\n\t" or unicodedata.category(sign) != "Cc")


class ResultsFeed(Feed):
    """In the language of its address. A withdrawn summary keeps its entry, which then says so."""

    feed_type = Atom1Feed
    language: str | None = None

    def get_object(self, request: Any, language: str) -> str:
        return language

    def title(self, language: str) -> str:
        return _("Results of the regions' follow-ups of suppliers")

    def subtitle(self, language: str) -> str:
        return _("Published, corrected and withdrawn summaries. Sustainable procurement in Sweden's regions.")

    def link(self, language: str) -> str:
        return whole(reverse("published:result-list", args=[language]))

    def feed_url(self, language: str) -> str:
        return whole(reverse("published:result-feed", args=[language]))

    def feed_guid(self, language: str) -> str:
        return self.feed_url(language)

    def feed_copyright(self, language: str) -> str:
        return f"{settings.OPEN_DATA_LICENCE} – {settings.OPEN_DATA_LICENCE_URL}"

    def items(self, language: str) -> list[SummaryEdition]:
        return list(told_to_the_public()[:LATEST])

    def item_title(self, item: Any) -> str:
        name = f"{item.supplier_name} · {item.category}"
        if item.withdrawn_at:
            return printable(_("Withdrawn: %(name)s") % {"name": name})
        if item.number > 1:
            return printable(_("Corrected: %(name)s") % {"name": name})
        return printable(name)

    def item_description(self, item: Any) -> str:
        """HTML: the light and the text; of a correction what changed, of a withdrawal when and why and nothing more."""
        if item.withdrawn_at:
            told = _("Withdrawn on %(day)s.") % {"day": day(item.withdrawn_at)}
            return printable(f"<p>{told}</p>{prose_html(item.withdrawal_reason)}")
        light = f"<p><strong>{item.get_colour_display()} – {item.light}</strong></p>"
        note = prose_html(item.change_note) if item.number > 1 else ""
        return printable(f"{light}{note}{prose_html(item.text)}")

    def item_link(self, item: Any) -> str:
        return address_of_summary(item.summary.public_id, get_language() or settings.LANGUAGE_CODE)

    def item_guid(self, item: Any) -> str:
        return self.item_link(item)

    def item_pubdate(self, item: Any) -> datetime:
        return item.published_at

    def item_updateddate(self, item: Any) -> datetime:
        return item.told_at

    def item_categories(self, item: Any) -> tuple[str, ...]:
        return (printable(item.category.name),)
