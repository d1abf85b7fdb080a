"""Registering what a region has decided, and taking back what was registered wrongly. Years that are not closed follow."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from funding.enums import YearState
from funding.locks import lock_years
from funding.models import Contribution, FundingYear, RegionDecision
from funding.queries.decisions import exceeded, standing_decisions, years_covered
from funding.queries.steps import proposed_on
from funding.rows import insert
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import By, actor_of
from portal.ui.templatetags.formats import day, kronor
from regions.models import Region


@transaction.atomic
def register_decision(
    *,
    by: By,
    region: Region,
    valid_from_year: int,
    valid_to_year: int | None,
    amount_ore: int | None,
    ore_per_inhabitant: int | None,
    decided_on: date,
    body: str,
    registration_number: str,
    document: Upload | None = None,
    confirms_payments: bool = False,
) -> RegionDecision:
    """What the region decided: an amount (öre a year) or a rate (öre per inhabitant). No last year: until further notice.

    Every year that it covers and that is not closed follows it, unless a later decision holds; later years will when they
    are opened. Raises ValidationError, and then nothing is written: the first year has not been proposed, or only after
    this was decided; all its years are closed; it is registered already; a value breaks a rule; or, at
    `confirms_payments` and unless that is true, more is paid or invoiced for one of its years than it gives.
    """
    actor = actor_of(by)
    decision = RegionDecision(
        region=region,
        valid_from_year=valid_from_year,
        valid_to_year=valid_to_year,
        amount_ore=amount_ore,
        ore_per_inhabitant=ore_per_inhabitant,
        decided_on=decided_on,
        body=body,
        registration_number=registration_number,
        created_by=actor,
    )
    lock_years()
    years = list(years_covered(decision).order_by("year"))
    _check_proposal(decision, years)
    if document is not None:
        decision.document = store_file(
            by=by, name=document.name, content=document.content, media_type=document.media_type
        )
    insert(decision)
    _follow(region, years)
    if not confirms_payments:
        _ask_about_payments(decision)
    return decision


@transaction.atomic
def withdraw_decision(*, by: By, decision: RegionDecision, reason: str) -> RegionDecision:
    """Take back what was registered wrongly; the years follow the decision before it again, if there is one.

    Raises ValidationError: it is withdrawn already, there is no reason, or a closed year stands on it.
    """
    lock_years()
    years = list(years_covered(decision).order_by("year"))
    row = RegionDecision.objects.select_for_update(of=("self",)).select_related("region").get(pk=decision.pk)
    if row.withdrawn_at is not None:
        raise ValidationError(_("The decision has already been withdrawn."))
    if not reason:
        raise ValidationError({"reason": _("Write why the decision is withdrawn.")})
    closed = [str(each.year) for each in years if each.state == YearState.CLOSED]
    standing = row.contributions.filter(funding_year__state=YearState.CLOSED).order_by("funding_year__year")
    if closed and (held := standing.values_list("funding_year__year", flat=True).first()):
        sentence = _("Funding year %(year)s is closed and stands on this decision.")
        raise ValidationError(sentence % {"year": held})
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = clock.now(), actor_of(by), reason
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _follow(row.region, years)
    return row


def _check_proposal(decision: RegionDecision, years: list[FundingYear]) -> None:
    """A region answers a proposal (the memo's way): its decision is not older than that of the first year."""
    first = years[0] if years and years[0].year == decision.valid_from_year else None
    proposed = proposed_on(first) if first else None
    if proposed is None:
        sentence = _("Funding year %(year)s has not been proposed to the regions yet.")
        raise ValidationError({"valid_from_year": sentence % {"year": decision.valid_from_year}})
    if decision.decided_on < proposed:
        sentence = _("The year was proposed on %(day)s. The decision cannot be older.")
        raise ValidationError({"decided_on": sentence % {"day": day(proposed)}})
    if decision.valid_to_year is not None and {each.state for each in years} == {YearState.CLOSED}:
        sentence = _("Funding year %(year)s is closed. Choose a later year, or have it reopened.")
        raise ValidationError({"valid_from_year": sentence % {"year": years[-1].year}})
    if RegionDecision.objects.filter(
        region=decision.region,
        registration_number=decision.registration_number,
        decided_on=decision.decided_on,
        valid_from_year=decision.valid_from_year,
        withdrawn_at__isnull=True,
    ).exists():
        raise ValidationError({"registration_number": _("This decision has already been registered.")})


def _ask_about_payments(decision: RegionDecision) -> None:
    """That a region pays less than it has paid is a fact, but as often a slip: of the amount, of the years, of the region."""
    asked = []
    for each in exceeded(decision):
        if each.overpaid_ore:
            sentence = _("%(paid)s is paid already for %(year)s, more than the %(given)s that the decision gives.")
        else:
            sentence = _(
                "%(invoiced)s is invoiced already for %(year)s, more than the %(given)s that the decision gives."
            )
        told = {"paid": kronor(each.paid_ore), "invoiced": kronor(each.invoiced_ore), "given": kronor(each.owed_ore)}
        asked.append(sentence % {"year": each.funding_year.year, **told})
    if asked:
        raise ValidationError(
            {"confirms_payments": [*asked, _("Tick the box if the decision is to be registered all the same.")]}
        )


def _follow(region: Region, years: list[FundingYear]) -> None:
    """Let the region's contribution of each year that is not closed stand on the decision that holds for it."""
    for year in years:
        if year.state == YearState.CLOSED:
            continue
        for each in Contribution.objects.select_for_update(of=("self",)).filter(funding_year=year, region=region):
            decision = standing_decisions(year.year, [region.pk]).get(region.pk)
            if each.decision_id != (decision.pk if decision else None):
                each.decision, each.version = decision, each.version + 1
                each.save(update_fields=["decision", "version"])
