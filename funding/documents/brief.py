"""The decision brief of a region: what it is asked to decide, or has decided, as a PDF and as a text to go on with in Word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from funding.documents.brief_shown import Block, Brief
from funding.documents.data import contributions_csv, figures_name
from funding.documents.region import RegionDocumentMaker
from funding.documents.tables import CSV_TYPE, csv_of
from funding.models import Contribution, FundingYear, RatePart
from funding.outside import RegionWork, work
from funding.queries.briefs import BLOCKS, brief_texts, parts_of_year, work_period
from funding.queries.figures import amounts_until
from portal import clock
from portal.documents import Attachment, render_pdf
from portal.jobs.registry import Output

PDF_TYPE = "application/pdf"
WORK_FIGURES = ("contracts", "follow_ups", "led", "avoided", "avoided_ore", "uncosted")


@dataclass(frozen=True)
class PreparedBriefs:
    """What the briefs of all regions show, of one moment.

    `amounts` by county code: the region's contributions up to the year, the first one first. `work` by region id, from
    `since` to `until`.
    """

    amounts: Mapping[str, Sequence[Contribution]]
    texts: Mapping[str, str]
    parts: Sequence[RatePart]
    work: Mapping[int, RegionWork]
    since: date
    until: date
    made_at: datetime


def prepare(year: FundingYear) -> PreparedBriefs:
    """See `RegionDocumentMaker`. All amounts are of one statement."""
    since, until = work_period(year)
    of_year = [each for each in amounts_until(year).values() if each[-1].funding_year_id == year.pk]
    return PreparedBriefs(
        amounts={each[-1].region.code: each for each in of_year},
        texts=brief_texts(year).texts,
        parts=parts_of_year(year),
        work=work().by_region(since, until),
        since=since,
        until=until,
        made_at=clock.now(),
    )


def render(prepared: PreparedBriefs, code: str, made_by: str, language: str) -> list[Output]:
    """The PDF, with its figures attached as CSV, and the Word document. About a second. Raises KeyError for another region."""
    # Loaded with the first document, not with the portal.
    from portal.documents.word import WORD_TYPE

    with translation.override(language):
        brief = _brief(prepared, code, made_by, language)
        name, attached = file_name(brief), _attachments(brief)
        pdf = render_pdf("funding/documents/decision_brief.html", shown(brief), language=language, attachments=attached)
        word = _word(brief, language)
    return [Output(f"{name}.pdf", pdf, PDF_TYPE), Output(f"{name}.docx", word, WORD_TYPE)]


def shown(brief: Brief) -> dict[str, object]:
    """What the template of the PDF is given."""
    return {"brief": brief, "contribution": brief.contribution, "year": brief.year, "csv_name": figures_name()}


def file_name(brief: Brief) -> str:
    """Without its ending, in the active language."""
    parts = {"year": brief.year.year, "region": slugify(brief.contribution.region.name)}
    return _("decision-brief-%(year)s-%(region)s") % parts


def _brief(prepared: PreparedBriefs, code: str, made_by: str, language: str) -> Brief:
    history = prepared.amounts[code]
    return Brief(
        history=history,
        parts=prepared.parts,
        blocks={block: _block(prepared.texts, block, language) for block in BLOCKS},
        work=prepared.work.get(history[-1].region_id, RegionWork()),
        since=prepared.since,
        until=prepared.until,
        made_by=made_by,
        made_at=prepared.made_at,
    )


def _block(texts: Mapping[str, str], block: str, language: str) -> Block:
    """In the language, and in Swedish where that hasn't been written."""
    text = texts[f"{block}_{language}"]
    return Block(text, None) if text else Block(texts[f"{block}_sv"], "sv")


def _attachments(brief: Brief) -> list[Attachment]:
    row = (brief.since.isoformat(), brief.until.isoformat(), *(getattr(brief.work, name) for name in WORK_FIGURES))
    figures, told = contributions_csv(brief.history), csv_of(("since", "until", *WORK_FIGURES), [row])
    return [
        Attachment(figures_name(), figures, CSV_TYPE, _("The figures of the region, one row a year, amounts in öre")),
        Attachment(_("work.csv"), told, CSV_TYPE, _("What the cooperation did for the region, amounts in öre")),
    ]


def _word(brief: Brief, language: str) -> bytes:
    """The same as a text without letterhead, for the region's own template."""
    from portal.documents.word import WordDocument

    word = WordDocument(title=brief.title, author=_("Sustainable procurement"), language=language)
    headings = {"background": _("Background"), "proposal": _("Proposed decision"), "gives": _("What it gives")}
    for block in BLOCKS:
        word.heading(headings[block])
        if block == "proposal":
            word.paragraph(brief.proposal)
        word.prose(brief.blocks[block].text, language=brief.blocks[block].language)
        if block == "proposal" and brief.decided:
            word.heading(_("The region's decision"))
            word.paragraph(brief.decided)
    word.heading(_("The region in the cooperation"))
    word.paragraph(brief.period)
    word.table(_("What the cooperation did for the region"), (_("What"), _("Figure")), brief.facts, numbers=1)
    word.heading(_("Economy"))
    word.table(_("How the amount is computed"), (_("What"), _("Figure")), brief.computation)
    years = (_("Year"), _("Inhabitants"), _("Rate per inhabitant"), _("Computed amount"), pgettext("amount", "Change"))
    word.table(_("The region's contribution, year by year"), years, brief.years, numbers=4)
    return word.content()


DECISION_BRIEF = RegionDocumentMaker(prepare, render)
