"""Writes about people and places."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.files.models import StoredFile
from portal.history.models import Actor, By, actor_of
from portal.jobs.actions import start_job
from portal.jobs.models import Job
from regions.enums import CountedOn, Role
from regions.models import (
    ForecastFigure,
    Membership,
    PopulationFigure,
    PopulationFile,
    PurchasingGroup,
    Region,
    User,
)
from regions.population import Planned, plan_of, read_population

FETCH_JOB = "population_fetch"
# What the answer is called where it doesn't say so itself.
FETCHED_TABLE = "BE0101/BefolkningNy"


def set_language(*, by: User, language: str) -> None:
    """Remember the page language ("sv" or "en") that the user chose. Raises ValueError for any other."""
    if language not in dict(settings.LANGUAGES):
        raise ValueError(language)
    by.language = language
    by.save(update_fields=["language"])


@transaction.atomic
def create_account(
    *,
    by: By,
    email: str,
    name: str,
    role: Role,
    region: Region | None = None,
    group: PurchasingGroup | None = None,
) -> User:
    """An account with one membership from today and no password: its owner sets one by "Forgotten your password?".

    Raises ValidationError where the address is taken or the scope does not fit the role.
    """
    user = User(email=email.lower(), name=name)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    membership = Membership(
        user=user, role=role, region=region, group=group, valid_from=clock.today(), created_by=actor_of(by)
    )
    membership.full_clean()
    membership.save()
    return user


@transaction.atomic
def bring_population(
    *, by: By, upload: Upload, counted_on: str, retrieved_on: date, table_id: str = "", standing: str = ""
) -> PopulationFile:
    """Keep a file of Statistics Sweden; none of its figures counts before it is taken.

    `table_id` where the file doesn't say it itself, `standing` where it is another than what the file says. Raises
    ValidationError at `table_id` where neither says which table it is.
    """
    stored = store_file(by=by, name=upload.name, content=upload.content, media_type=upload.media_type)
    return _keep(
        by=by, stored=stored, counted_on=counted_on, retrieved_on=retrieved_on, table_id=table_id, standing=standing
    )


def fetch_population(*, by: By, year: int) -> Job:
    """Have the figures of 31 December of the year fetched from SCB, in the background."""
    return start_job(by=by, kind=FETCH_JOB, subject=str(year), title=_("Population %(year)s from SCB") % {"year": year})


def keep_fetched(*, by: By, stored: StoredFile) -> PopulationFile:
    """Keep what SCB answered, as a file that was brought. Runs in the job's own transaction."""
    december = CountedOn.DECEMBER
    return _keep(
        by=by, stored=stored, counted_on=december, retrieved_on=clock.today(), table_id=FETCHED_TABLE, standing=""
    )


def _keep(
    *, by: By, stored: StoredFile, counted_on: str, retrieved_on: date, table_id: str, standing: str
) -> PopulationFile:
    brought = PopulationFile(
        file=stored,
        table_id=table_id,
        retrieved_on=retrieved_on,
        counted_on=counted_on,
        standing=standing,
        created_by=actor_of(by),
    )
    read = read_population(brought)
    brought.title, brought.table_id = read.title, table_id or read.table_id
    if not brought.table_id:
        raise ValidationError({"table_id": _("The file doesn't say which table it is. Write it here.")})
    brought.save()
    return brought


@transaction.atomic
def take_population(*, by: By, population_file: PopulationFile, digest: str, confirms_jumps: bool = False) -> int:
    """Let the file's figures count, all of them or none: those that say something new, beside what was registered before.
    Answers how many they are. Those of a forecast are kept apart from what was counted.

    `digest` is that of the plan that was shown. Taking a file again adds nothing. Raises ValidationError where the file
    has faults, where it would do something else by now, or where jumps are not confirmed.
    """
    locked = PopulationFile.objects.select_for_update(of=("self",)).select_related("file").get(pk=population_file.pk)
    if locked.taken_at is not None:
        return 0
    plan = plan_of(locked)
    if plan.read.faults:
        raise ValidationError(_("Something in the file is wrong, so none of it was taken."))
    if plan.digest != digest:
        raise ValidationError(
            _("Figures were registered meanwhile. Look at what the file adds now, and take it again.")
        )
    if plan.jumps and not confirms_jumps:
        text = _("Some figures differ by more than 5 %. Look at those that are marked, and say here that you have.")
        raise ValidationError({"confirms_jumps": text})
    actor = actor_of(by)
    if locked.is_forecast:
        ForecastFigure.objects.bulk_create(_forecast(locked, row, actor) for row in plan.added)
    else:
        PopulationFigure.objects.bulk_create(_figure(locked, row, actor) for row in plan.added)
    locked.taken_at, locked.taken_by = clock.now(), actor
    locked.save(update_fields=["taken_at", "taken_by"])
    return len(plan.added)


def _figure(source: PopulationFile, row: Planned, actor: Actor) -> PopulationFigure:
    return PopulationFigure(
        region=row.region,
        count=row.count,
        reference_date=row.on,
        source=source.source,
        standing=row.standing or "",
        population_file=source,
        created_by=actor,
    )


def _forecast(source: PopulationFile, row: Planned, actor: Actor) -> ForecastFigure:
    return ForecastFigure(
        region=row.region, year=row.on.year, count=row.count, population_file=source, created_by=actor
    )
