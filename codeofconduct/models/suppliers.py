"""Of whom it is demanded: suppliers with their identifiers, and the regions' contracts with them."""

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Scheme
from codeofconduct.models.categories import CategoryOwner, PurchaseCategory
from codeofconduct.models.documents import ClauseVersion
from portal import clock
from portal.history.models import Record, Versioned
from portal.search.ordering import swedish
from regions.models import Region, User
from regions.permissions import access_of, has_role, is_staff


class SupplierQuerySet(models.QuerySet["Supplier"]):
    def visible_to(self, user: User) -> "SupplierQuerySet":
        """The register is common to all with a role."""
        return self if has_role(user) else self.none()

    def in_swedish_order(self) -> "SupplierQuerySet":
        return self.order_by(swedish("name"), "pk")


@pghistory.track()
class Supplier(Record, Versioned):
    """A supplier in the common register. A sole trader's number is a personal number: personal data."""

    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(
        _("country"),
        max_length=2,
        default="SE",
        validators=[RegexValidator(r"^[A-Z]{2}$")],
        help_text=_("ISO 3166 code"),
    )
    is_sole_trader = models.BooleanField(_("sole trader"), default=False)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class SupplierIdentifier(models.Model):
    """A supplier's number in a scheme, unique there. Swedish organisation numbers are stored as NNNNNN-NNNN."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="identifiers")
    scheme = models.CharField(_("scheme"), max_length=8, choices=Scheme)
    value = models.CharField(_("number"), max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="supplier_identifier_unique",
                violation_error_message=_("Another supplier already has this number."),
            )
        ]

    def __str__(self) -> str:
        return self.value


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> "ContractQuerySet":
        """Staff see all, a buyer the own region's, an area coordinator also those of the group's regions and categories."""
        if is_staff(user):
            return self
        access = access_of(user)
        if not access.regions and not access.groups:
            return self.none()
        visible = Q(region__in=access.regions | access.group_regions)
        if access.groups:
            owned = CategoryOwner.objects.valid_on(clock.today()).filter(group__in=access.groups)
            in_owned = ContractCategory.objects.filter(category__in=owned.values("category"))
            visible |= Q(pk__in=in_owned.values("contract"))
        return self.filter(visible)


@pghistory.track()
class Contract(Record, Versioned):
    """A region's contract with a supplier. It keeps the clause version it was signed under."""

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
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        constraints = [
            models.CheckConstraint(
                name="contract_dates",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day must not be before the first day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.region})"


@pghistory.track()
class ContractCategory(models.Model):
    """A contract's purchase category: an explicit row, so that it has history and can be written in bulk."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="contract_categories")
    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="contract_categories")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "category"], name="contract_category_unique")]

    def __str__(self) -> str:
        return f"{self.contract} – {self.category}"
