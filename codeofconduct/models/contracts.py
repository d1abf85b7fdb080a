"""The regions' contracts with suppliers, and the chains that serve them."""

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Stage
from codeofconduct.models.categories import CategoryOwner, CpvCode, PurchaseCategory
from codeofconduct.models.documents import ClauseParameter, ClauseVersion
from codeofconduct.models.suppliers import ISO_COUNTRY, Supplier, of_current_supplier
from portal import clock
from portal.history.models import Record, Versioned
from portal.search.folding import names_index, number_index
from portal.search.ordering import swedish
from regions.models import Region, User
from regions.permissions import access_of, has_role, is_staff


@pghistory.track()
class ContractingBody(Record):
    """A joint body that contracts for regions, such as Varuförsörjningen or Adda: not a region."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    organisation_number = models.CharField(_("organisation number"), max_length=11, blank=True)

    class Meta:
        verbose_name = _("contracting body")

    def __str__(self) -> str:
        return self.name


def by_statement() -> tuple[pghistory.RowEvent, ...]:
    """For tables that imports fill: the history of new rows is written once a statement instead of row by row."""
    return pghistory.InsertEvent(level=pghistory.Statement), pghistory.UpdateEvent(), pghistory.DeleteEvent()


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> "ContractQuerySet":
        """Staff see all, a buyer the own region's, joint ones included, an area coordinator also the group's.

        The group's are those of its regions and those in its categories.
        """
        if is_staff(user):
            return self
        access = access_of(user)
        if not access.regions and not access.groups:
            return self.none()
        regions = access.regions | access.group_regions
        joint = ContractParty.objects.filter(region__in=regions)
        visible = Q(region__in=regions) | Q(pk__in=joint.values("contract"))
        if access.groups:
            owned = CategoryOwner.objects.valid_on(clock.today()).filter(group__in=access.groups)
            in_owned = ContractCategory.objects.filter(category__in=owned.values("category"))
            visible |= Q(pk__in=in_owned.values("contract"))
        return self.filter(visible)

    def active(self) -> "ContractQuerySet":
        """Those that run today."""
        today = clock.today()
        return self.filter(starts_on__lte=today, ends_on__gte=today)


@pghistory.track(*by_statement())
class Contract(Record, Versioned):
    """A region's contract with a supplier. It keeps the clause version it was signed under.

    A joint contract has one region that keeps it here, and the others as parties; `contracting_body` where a joint body
    signed it for them. The yearly value is in whole öre.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="contracts")
    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="contracts"
    )
    title = models.CharField(_("title"), max_length=200)
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    clause_version = models.ForeignKey(
        ClauseVersion, verbose_name=_("contract clause"), on_delete=models.PROTECT, related_name="contracts"
    )
    categories = models.ManyToManyField(PurchaseCategory, through="ContractCategory", related_name="contracts")
    cpv_codes = models.ManyToManyField(CpvCode, through="ContractCpv", related_name="contracts")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    options = models.CharField(_("options"), max_length=200, blank=True)
    extendable_until_on = models.DateField(_("can be extended until"), null=True, blank=True)
    yearly_value_ore = models.BigIntegerField(
        _("yearly value (öre)"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    contracting_body = models.ForeignKey(
        ContractingBody,
        verbose_name=_("contracting body"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contracts",
    )
    parties = models.ManyToManyField(Region, through="ContractParty", related_name="joint_contracts")
    uses_requirement_set = models.BooleanField(_("uses the requirement set"), default=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        triggers = [of_current_supplier("contract_of_current_supplier")]
        constraints = [
            models.CheckConstraint(
                name="contract_dates",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day must not be before the first day."),
            ),
            models.CheckConstraint(
                name="contract_extension",
                condition=Q(extendable_until_on__isnull=True) | Q(extendable_until_on__gte=F("ends_on")),
                violation_error_message=_("The day it can be extended until must not be before the last day."),
            ),
            models.CheckConstraint(
                name="contract_value",
                condition=Q(yearly_value_ore__isnull=True) | Q(yearly_value_ore__gte=0),
                violation_error_message=_("The amount cannot be less than 0."),
            ),
        ]
        indexes = [
            models.Index(fields=["ends_on"]),
            models.Index(fields=["region", "registration_number"]),
            names_index("contract_names", "title"),
            number_index("contract_number", "registration_number"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.region})"


@pghistory.track(*by_statement())
class ContractCategory(models.Model):
    """A contract's purchase category: an explicit row, so that it has history and can be written in bulk."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="contract_categories")
    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="contract_categories")

    class Meta:
        verbose_name = _("contract's purchase category")
        constraints = [models.UniqueConstraint(fields=["contract", "category"], name="contract_category_unique")]

    def __str__(self) -> str:
        return f"{self.contract} – {self.category}"


@pghistory.track(*by_statement())
class ContractCpv(models.Model):
    """A contract's CPV code."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="contract_cpvs")
    cpv = models.ForeignKey(CpvCode, on_delete=models.PROTECT, related_name="contract_cpvs")

    class Meta:
        verbose_name = _("contract's CPV code")
        constraints = [models.UniqueConstraint(fields=["contract", "cpv"], name="contract_cpv_unique")]

    def __str__(self) -> str:
        return f"{self.contract} – {self.cpv.code}"


@pghistory.track(*by_statement())
class ContractParty(models.Model):
    """Another region that is party to a joint contract."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="contract_parties")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="contract_parties")

    class Meta:
        verbose_name = _("other region in the contract")
        constraints = [models.UniqueConstraint(fields=["contract", "region"], name="contract_party_unique")]

    def __str__(self) -> str:
        return f"{self.contract} – {self.region}"


@pghistory.track()
class ContractParameter(models.Model):
    """What the contract says where its clause leaves a number open; without a row the version's default holds."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="contract_parameters")
    parameter = models.ForeignKey(ClauseParameter, on_delete=models.PROTECT, related_name="contract_parameters")
    value = models.PositiveIntegerField(_("value"))

    class Meta:
        verbose_name = _("contract's clause parameter")
        constraints = [models.UniqueConstraint(fields=["contract", "parameter"], name="contract_parameter_unique")]

    def __str__(self) -> str:
        return f"{self.parameter}: {self.value}"


class FacilityQuerySet(models.QuerySet["Facility"]):
    def visible_to(self, user: User) -> "FacilityQuerySet":
        """Staff see all. Confidential ones only those who may see a contract that the facility serves."""
        if is_staff(user):
            return self
        if not has_role(user):
            return self.none()
        served = SupplyLink.objects.filter(contract__in=Contract.objects.visible_to(user))
        return self.filter(Q(is_confidential=False) | Q(pk__in=served.values("facility")))

    def in_swedish_order(self) -> "FacilityQuerySet":
        return self.order_by(swedish("name"), "pk")


@pghistory.track()
class Facility(Record, Versioned):
    """A production site in a supplier's chain. Confidential until someone says otherwise."""

    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="facilities"
    )
    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(_("country"), max_length=2, validators=[ISO_COUNTRY], help_text=_("ISO 3166 code"))
    street = models.CharField(_("street address"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    stage = models.CharField(_("stage"), max_length=17, choices=Stage)
    os_id = models.CharField(_("OS ID"), max_length=16, blank=True)
    is_confidential = models.BooleanField(_("confidential"), default=True)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility")
        triggers = [of_current_supplier("facility_of_current_supplier")]
        indexes = [names_index("facility_names", "name", "city"), number_index("facility_os_id", "os_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "os_id"],
                name="facility_unique_os_id",
                condition=~Q(os_id=""),
                violation_error_message=_("The supplier already has a facility with this OS ID."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SupplyLinkQuerySet(models.QuerySet["SupplyLink"]):
    def visible_to(self, user: User) -> "SupplyLinkQuerySet":
        """With the contract it serves."""
        return self.filter(contract__in=Contract.objects.visible_to(user))


@pghistory.track()
class SupplyLink(Record, Versioned):
    """A facility serves a contract: in which tier, with what product, and below which link of the chain."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="supply_links")
    facility = models.ForeignKey(
        Facility, verbose_name=_("facility"), on_delete=models.PROTECT, related_name="supply_links"
    )
    tier = models.PositiveSmallIntegerField(_("tier"), validators=[MinValueValidator(1), MaxValueValidator(9)])
    product = models.CharField(_("product"), max_length=200, blank=True)
    stage = models.CharField(_("stage"), max_length=17, choices=Stage)
    parent = models.ForeignKey(
        "self", verbose_name=_("delivers to"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )

    objects = SupplyLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("supply link")
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "facility", "product", "stage"],
                name="supply_link_unique",
                violation_error_message=_("The facility already serves the contract with this product."),
            ),
            models.CheckConstraint(name="supply_link_tier", condition=Q(tier__gte=1, tier__lte=9)),
            models.CheckConstraint(name="supply_link_not_below_itself", condition=~Q(parent=F("pk"))),
        ]
        triggers = [
            # A tier is further away than the one it delivers to, so no chain comes back to where it began.
            pgtrigger.Trigger(
                name="supply_link_in_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM codeofconduct_supplylink
                        WHERE id = NEW.parent_id AND (contract_id <> NEW.contract_id OR tier >= NEW.tier)
                    ) OR EXISTS (
                        SELECT 1 FROM codeofconduct_supplylink
                        WHERE parent_id = NEW.id AND (contract_id <> NEW.contract_id OR tier <= NEW.tier)
                    ) THEN
                        RAISE EXCEPTION 'A link delivers to one of the same contract in a tier before its own'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'supply_link_in_order';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility} – {self.contract}"
