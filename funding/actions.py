"""Opening a funding year, and entering a region's basis. Every write on the money's figures."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from funding.enums import BasisStanding
from funding.models import Basis, Contribution, FundingReport, FundingYear
from funding.queries import REPORT_JOB, figures_on
from portal.files.models import StoredFile
from portal.history.models import By, actor_of
from portal.jobs.actions import start_job
from portal.jobs.models import Job
from regions.models import Region, User


class LostRace(Exception):  # noqa: N818 - a state of affairs, not a fault
    """Someone else saved this contribution since the page was shown. Nothing was written."""

    def __init__(self, contribution: Contribution) -> None:
        super().__init__(contribution.public_id)
        self.contribution = contribution


@transaction.atomic
def open_year(*, by: By, year: int, ore_per_inhabitant: int, rate_source: str, basis_date: date) -> FundingYear:
    """Open the year at a rate (öre) and freeze a basis and a contribution per region from the figures of the date.

    Raises ValidationError, and then nothing is written: the year is open already, a value is out of range, or some
    region has no figure on the date (they are named).
    """
    figures = figures_on(basis_date)
    regions = list(Region.objects.in_swedish_order())
    missing = [region.name for region in regions if region.pk not in figures]
    if missing or not regions:
        raise ValidationError({"basis_date": _no_figures(missing)})
    actor = actor_of(by)
    funding_year = FundingYear(
        year=year,
        ore_per_inhabitant=ore_per_inhabitant,
        rate_source=rate_source,
        basis_date=basis_date,
        opened_by=actor,
        created_by=actor,
    )
    _insert(funding_year)
    bases = Basis.objects.bulk_create(
        Basis(
            funding_year=funding_year,
            region=region,
            population=figures[region.pk].count,
            reference_date=basis_date,
            source=figures[region.pk].source,
            standing=BasisStanding(figures[region.pk].standing),
            figure=figures[region.pk],
            ore_per_inhabitant=ore_per_inhabitant,
            created_by=actor,
        )
        for region in regions
    )
    Contribution.objects.bulk_create(
        Contribution(funding_year=funding_year, region=basis.region, basis=basis, created_by=actor) for basis in bases
    )
    return funding_year


@transaction.atomic
def enter_basis(
    *,
    by: By,
    contribution: Contribution,
    version: int,
    population: int,
    reference_date: date | None,
    undated_reason: str,
    source: str,
    standing: str,
) -> Basis:
    """Let the contribution stand on another figure (persons), a new frozen row; the one before stays as it was.

    `version` is the contribution's as the page showed it. Raises LostRace if it is another by now, and
    ValidationError if the year is no longer open or the figure breaks a rule; then nothing is written.
    """
    year = FundingYear.objects.select_for_update().get(pk=contribution.funding_year_id)
    current = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if not year.is_open:
        raise ValidationError(_("Funding year %(year)s is no longer open, so its bases stay.") % {"year": year.year})
    if current.version != version:
        raise LostRace(current)
    basis = Basis(
        funding_year=year,
        region_id=current.region_id,
        population=population,
        reference_date=reference_date,
        undated_reason=undated_reason,
        source=source,
        standing=standing,
        ore_per_inhabitant=year.ore_per_inhabitant,
        created_by=actor_of(by),
    )
    _insert(basis)
    current.basis, current.version = basis, current.version + 1
    current.save(update_fields=["basis", "version"])
    return basis


def export_report(*, by: User, funding_year: FundingYear) -> Job:
    """Have the funding report rendered in the background, in the language in use."""
    return start_job(
        by=by,
        kind=REPORT_JOB,
        subject=funding_year.public_id,
        title=_("Funding report %(year)s") % {"year": funding_year.year},
    )


def record_report(*, by: By, job: Job, stored: StoredFile, sum_ore: int, regions_counted: int) -> FundingReport:
    """Keep a rendered report with the figures it shows (öre, number of regions). Runs in the job's own transaction."""
    return FundingReport.objects.create(
        funding_year=FundingYear.objects.get(public_id=job.subject),
        job=job,
        language=job.language,
        file=stored,
        sum_ore=sum_ore,
        regions_counted=regions_counted,
        created_by=actor_of(by),
    )


def _insert(row: models.Model) -> None:
    """Validate and insert. Who loses a race on a unique value gets the same ValidationError as who comes late."""
    row.full_clean()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        row.validate_unique()
        raise


def _no_figures(missing: list[str]) -> str:
    if not missing:
        return _("No region has been loaded, so there is nothing to open.")
    return _("The year was not opened: on this date there is no population figure for %(regions)s.") % {
        "regions": get_text_list(missing, _("and"))
    }
