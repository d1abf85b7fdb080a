"""The yearly call for contracts: what every region is asked, and what each answers."""

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract, PurchaseCategory
from followups.enums.plan import Answering
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.models import Region, User
from regions.permissions import access_of, is_buyer, is_staff

TEXT_MAX = 5_000
COMMENT_MAX = 1_000
FIRST_YEAR, LAST_YEAR = 2020, 2100


class ContractCallQuerySet(models.QuerySet["ContractCall"]):
    def visible_to(self, user: User) -> "ContractCallQuerySet":
        """To those who ask and those who are asked; a mere reader has nothing to answer."""
        return self if is_staff(user) or is_buyer(user) else self.none()

    def open(self) -> "ContractCallQuerySet":
        return self.filter(closed_at__isnull=True)


@pghistory.track()
class ContractCall(Record, Versioned):
    """The question to all regions which of their contracts in some categories should be followed up in a year.

    Answers are taken until it is closed; late ones too. Contracts are checked against `audit_on` until a follow-up has a
    date of its own.
    """

    year = models.PositiveSmallIntegerField(
        _("year"),
        unique=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
        error_messages={"unique": _("There is already a call for this year.")},
    )
    text = models.TextField(_("text"), max_length=TEXT_MAX, blank=True)
    answer_by_on = models.DateField(_("last day to answer"))
    audit_on = models.DateField(_("expected audit date"))
    categories = models.ManyToManyField(PurchaseCategory, through="CallCategory", related_name="calls")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = by_field(_("closed by"), null=True)

    objects = ContractCallQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        verbose_name = _("call for contracts")
        constraints = [
            models.CheckConstraint(name="contract_call_year", condition=Q(year__range=(FIRST_YEAR, LAST_YEAR))),
            pair_constraint("contract_call_closed_pair", "closed"),
        ]

    def __str__(self) -> str:
        return str(_("call for contracts %(year)s") % {"year": self.year})

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@pghistory.track()
class CallCategory(models.Model):
    """A category that the call asks about, with all below it in the tree."""

    call = models.ForeignKey(ContractCall, on_delete=models.PROTECT, related_name="call_categories")
    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="call_categories")

    class Meta:
        verbose_name = _("category of a call for contracts")
        constraints = [models.UniqueConstraint(fields=["call", "category"], name="call_category_unique")]

    def __str__(self) -> str:
        return f"{self.category} – {self.call}"


class CallAnswerQuerySet(models.QuerySet["CallAnswer"]):
    def visible_to(self, user: User) -> "CallAnswerQuerySet":
        """Staff see all, a buyer the own region's, an area coordinator also those of the group's regions."""
        if is_staff(user):
            return self
        access = access_of(user)
        return self.filter(region__in=access.regions | access.group_regions)


@pghistory.track()
class CallAnswer(Record, Versioned):
    """A region's answer, as it was last given. Whoever gave it works for the region or, in its place, at the secretariat."""

    call = models.ForeignKey(ContractCall, on_delete=models.PROTECT, related_name="answers")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="call_answers")
    kind = models.CharField(_("answer"), max_length=6, choices=Answering)
    comment = models.TextField(_("comment"), max_length=COMMENT_MAX, blank=True)
    answered_at = models.DateTimeField(_("answered"))
    answered_by = by_field(_("answered by"))
    contracts = models.ManyToManyField(Contract, through="CallContract", related_name="call_answers")

    objects = CallAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a call for contracts")
        constraints = [
            models.UniqueConstraint(fields=["call", "region"], name="call_answer_unique"),
            models.CheckConstraint(name="call_answer_kind_known", condition=Q(kind__in=Answering.values)),
        ]

    def __str__(self) -> str:
        return f"{self.region} – {self.call}"


@pghistory.track()
class CallContract(models.Model):
    """A contract that a region wants followed up: its own, or a joint one that it is party to."""

    answer = models.ForeignKey(CallAnswer, on_delete=models.PROTECT, related_name="call_contracts")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="call_contracts")

    class Meta:
        verbose_name = _("contract in an answer")
        constraints = [models.UniqueConstraint(fields=["answer", "contract"], name="call_contract_unique")]
        triggers = [
            pgtrigger.Trigger(
                name="call_contract_of_region",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM followups_callanswer a JOIN codeofconduct_contract c ON c.region_id = a.region_id
                        WHERE a.id = NEW.answer_id AND c.id = NEW.contract_id
                        UNION ALL
                        SELECT 1 FROM followups_callanswer a
                        JOIN codeofconduct_contractparty p ON p.region_id = a.region_id
                        WHERE a.id = NEW.answer_id AND p.contract_id = NEW.contract_id
                    ) THEN
                        RAISE EXCEPTION 'call_contract_of_region: the contract is another region''s'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract} – {self.answer}"
