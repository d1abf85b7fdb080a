"""Writing what the decision brief of a year says."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from funding.enums import YearState
from funding.models import BriefText, FundingYear
from funding.queries.briefs import brief_texts
from funding.rows import insert
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError


@transaction.atomic
def save_brief_text(*, by: By, funding_year: FundingYear, seen: int, **texts: str) -> BriefText:
    """Keep the year's texts (`funding.queries.briefs.TEXT_FIELDS`), written by `by`.

    `seen` is the version that the page showed, 0 where there was none. Raises StaleVersionError if it is another by now,
    and ValidationError once the year is closed or where a Swedish text is empty; then nothing is written.
    """
    year = FundingYear.objects.select_for_update().get(pk=funding_year.pk)
    if year.state == YearState.CLOSED:
        raise ValidationError(_("Funding year %(year)s is closed, so its texts stay.") % {"year": year.year})
    stored = BriefText.objects.filter(funding_year=year).first()
    if stored is not None and stored.version != seen:
        raise StaleVersionError(stored)
    actor = actor_of(by)
    row = stored or BriefText(funding_year=year, created_by=actor, version=0)
    for name, text in texts.items():
        setattr(row, name, text)
    row.version, row.changed_at, row.changed_by = row.version + 1, clock.now(), actor
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def keep_brief_text(*, by: By, funding_year: FundingYear) -> BriefText:
    """Let the texts that the year's brief says today be its own, so that neither another year's nor ours change it later.

    A year that has texts of its own keeps those as they are. The year must not be closed yet.
    """
    found = brief_texts(funding_year)
    if found.stored is not None:
        return found.stored
    actor = actor_of(by)
    row = BriefText(funding_year=funding_year, created_by=actor, changed_by=actor, **found.texts)
    insert(row)
    return row
