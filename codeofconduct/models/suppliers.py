"""Of whom it is demanded: suppliers with their identifiers, groups, contacts and commitments."""

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Scheme
from codeofconduct.models.documents import CodeVersion
from codeofconduct.names import core_name_index
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from portal.search.folding import Fold, folded_field, number_index, stored_index
from portal.search.ordering import swedish
from regions.models import User
from regions.permissions import has_role, is_buyer, is_staff

ISO_COUNTRY = RegexValidator(r"^[A-Z]{2}$")


def of_current_supplier(name: str) -> pgtrigger.Trigger:
    """A row never comes to a supplier that was merged into another, by whatever path; it waits for a merge under way."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("supplier_id"),
        func=f"""
            PERFORM 1 FROM codeofconduct_supplier WHERE id = NEW.supplier_id FOR KEY SHARE;
            IF (TG_OP = 'INSERT' OR NEW.supplier_id IS DISTINCT FROM OLD.supplier_id) AND EXISTS (
                SELECT 1 FROM codeofconduct_supplier WHERE id = NEW.supplier_id AND merged_into_id IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'The supplier was merged into another'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - names of our own
    )


class SupplierQuerySet(models.QuerySet["Supplier"]):
    def visible_to(self, user: User) -> "SupplierQuerySet":
        """The register is common to all with a role."""
        return self if has_role(user) else self.none()

    def current(self) -> "SupplierQuerySet":
        """Without those that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def in_swedish_order(self) -> "SupplierQuerySet":
        return self.order_by(swedish("name"), "pk")


@pghistory.track(exclude=["folded_names"])
class Supplier(Record, Versioned):
    """A supplier in the common register. A sole trader's number is a personal number: personal data."""

    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(
        _("country"), max_length=2, default="SE", validators=[ISO_COUNTRY], help_text=_("ISO 3166 code")
    )
    is_sole_trader = models.BooleanField(_("sole trader"), default=False)
    street = models.CharField(_("street address"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    folded_names = folded_field("name", "city")
    website = models.URLField(_("website"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent company"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidiaries",
    )
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    merged_at = models.DateTimeField(_("merged"), null=True, blank=True, editable=False)
    merged_by = by_field(_("merged by"), null=True)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        constraints = [
            models.CheckConstraint(
                name="supplier_not_its_own_parent",
                condition=~Q(parent=F("pk")),
                violation_error_message=_("A supplier can't be its own parent company."),
            ),
            models.CheckConstraint(
                name="supplier_not_merged_into_itself",
                condition=~Q(merged_into=F("pk")),
                violation_error_message=_("A supplier can't be merged with itself."),
            ),
            pair_constraint("supplier_merged", "merged"),
            models.CheckConstraint(
                name="supplier_merged_whole",
                condition=Q(merged_into__isnull=True, merged_at__isnull=True)
                | Q(merged_into__isnull=False, merged_at__isnull=False),
            ),
        ]
        indexes = [
            core_name_index("supplier_core_name_likeness"),
            stored_index("supplier_names", "folded_names"),
            models.Index(Fold("street"), name="supplier_street"),  # whom it shares an address with
            models.Index(swedish("name"), "id", name="supplier_in_swedish_order"),
        ]
        triggers = [
            # One change of a group at a time, or two of them could close a circle that neither sees.
            pgtrigger.Trigger(
                name="supplier_group_without_circle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
                condition=pgtrigger.Q(new__parent__isnull=False),
                func="""
                    PERFORM pg_advisory_xact_lock(hashtext('codeofconduct.supplier.parent'));
                    IF EXISTS (
                        WITH RECURSIVE above (id) AS (
                            SELECT NEW.parent_id
                            UNION
                            SELECT s.parent_id FROM codeofconduct_supplier s JOIN above ON s.id = above.id
                        )
                        SELECT 1 FROM above WHERE id = NEW.id
                    ) THEN
                        RAISE EXCEPTION 'A supplier would stand above itself in its group'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'supplier_group_without_circle';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def told_number(self) -> str:
        """The number it is known by: the organisation number, else another that still holds, else "". For who may read it."""
        numbers = [each for each in self.identifiers.all() if each.ended_on is None]
        numbers.sort(key=lambda each: (each.scheme != Scheme.ORGANISATION_NUMBER, each.scheme, each.value))
        return " ".join(filter(None, (numbers[0].country, numbers[0].value))) if numbers else ""


@pghistory.track()
class SupplierIdentifier(models.Model):
    """A supplier's number in a scheme, unique there. Swedish organisation numbers are stored as NNNNNN-NNNN.

    `country`: whose register a foreign number stands in; empty for the other schemes. `ended_on`: a number that no
    longer holds still finds its supplier.
    """

    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="identifiers"
    )
    scheme = models.CharField(_("scheme"), max_length=8, choices=Scheme)
    value = models.CharField(_("number"), max_length=40)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[ISO_COUNTRY])
    ended_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        indexes = [number_index("supplier_identifier_number", "value")]
        verbose_name = _("supplier's number")
        triggers = [of_current_supplier("identifier_of_current_supplier")]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "country", "value"],
                name="supplier_identifier_unique",
                violation_error_message=_("Another supplier already has this number."),
            ),
            models.CheckConstraint(
                name="supplier_identifier_country",
                condition=(Q(scheme="foreign") & ~Q(country="")) | (~Q(scheme="foreign") & Q(country="")),
                violation_error_message=_("A number in a foreign register needs its country."),
            ),
        ]

    def __str__(self) -> str:
        return self.value


class SupplierContactQuerySet(models.QuerySet["SupplierContact"]):
    def visible_to(self, user: User) -> "SupplierContactQuerySet":
        """Personal data: to staff and those who work for a region, not to readers."""
        return self if is_staff(user) or is_buyer(user) else self.none()

    def current(self) -> "SupplierContactQuerySet":
        return self.filter(ended_on__isnull=True)


@pghistory.track()
class SupplierContact(Record, Versioned):
    """A person at the supplier, written to in the own language. Who has left keeps the row, with the last day."""

    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    role = models.CharField(_("role"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("sv", _("Swedish")), ("en", _("English"))], default="sv"
    )
    ended_on = models.DateField(_("last day"), null=True, blank=True)

    objects = SupplierContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier contact")
        triggers = [of_current_supplier("contact_of_current_supplier")]
        constraints = [
            models.UniqueConstraint(
                "supplier",
                Lower("email"),
                name="supplier_contact_unique",
                violation_error_message=_("The supplier already has a contact with this e-mail address."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SupplierCommitmentQuerySet(models.QuerySet["SupplierCommitment"]):
    def visible_to(self, user: User) -> "SupplierCommitmentQuerySet":
        """That a supplier has committed itself is for anyone with a role; its document is not."""
        return self if has_role(user) else self.none()


@pghistory.track()
class SupplierCommitment(Record):
    """The supplier has committed to a version of the code of conduct, on a day and with a document."""

    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="commitments"
    )
    code_version = models.ForeignKey(
        CodeVersion, verbose_name=_("code of conduct"), on_delete=models.PROTECT, related_name="commitments"
    )
    committed_on = models.DateField(_("committed on"))
    document = models.ForeignKey(
        StoredFile, verbose_name=_("document"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SupplierCommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["-committed_on", "-pk"]
        triggers = [of_current_supplier("commitment_of_current_supplier")]
        verbose_name = _("commitment to the code of conduct")

    def __str__(self) -> str:
        return f"{self.supplier} – {self.code_version}"


class DuplicateSuspicionQuerySet(models.QuerySet["DuplicateSuspicion"]):
    def visible_to(self, user: User) -> "DuplicateSuspicionQuerySet":
        """Staff clear them up."""
        return self if is_staff(user) else self.none()

    def open(self) -> "DuplicateSuspicionQuerySet":
        """Neither dismissed nor merged."""
        return self.filter(dismissed_at__isnull=True, first__merged_into__isnull=True, second__merged_into__isnull=True)


@pghistory.track()
class DuplicateSuspicion(Record):
    """Two suppliers that are likely the same: why, and who said that they are not."""

    first = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    by_number = models.BooleanField(_("same number"), default=False)
    by_name = models.BooleanField(_("similar name"), default=False)
    by_address = models.BooleanField(_("same address"), default=False)
    likeness = models.PositiveSmallIntegerField(_("likeness of the names in per cent"), default=0)
    dismissed_at = models.DateTimeField(_("dismissed"), null=True, blank=True, editable=False)
    dismissed_by = by_field(_("dismissed by"), null=True)

    objects = DuplicateSuspicionQuerySet.as_manager()

    class Meta:
        verbose_name = _("likely duplicate")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_suspicion_unique"),
            models.CheckConstraint(name="duplicate_suspicion_in_order", condition=Q(first__lt=F("second"))),
            pair_constraint("duplicate_suspicion_dismissed", "dismissed"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"
