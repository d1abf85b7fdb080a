"""Purchase categories with their CPV codes: which are prioritised when, and which purchasing group answers for them."""

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models.governing import Bilingual
from portal import clock
from portal.history.models import Record, Versioned
from portal.search.ordering import swedish
from regions.models import PurchasingGroup, User
from regions.models.places import Dated, DatedQuerySet, dates_in_order, one_at_a_time
from regions.permissions import has_role

# At the end of the transaction, so that an import may move a whole branch in any order.
NO_RING = pgtrigger.Trigger(
    name="purchase_category_no_ring",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Q(new__parent__isnull=False),
    func="""
        IF EXISTS (
            WITH RECURSIVE above(id) AS (
                SELECT parent_id FROM codeofconduct_purchasecategory WHERE id = NEW.id
                UNION
                SELECT category.parent_id FROM codeofconduct_purchasecategory category JOIN above USING (id)
            ) SELECT 1 FROM above WHERE id = NEW.id
        ) THEN
            RAISE EXCEPTION 'A purchase category can''t stand below itself' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)


@pghistory.track()
class CpvCode(Bilingual):
    """A code of the EU's Common Procurement Vocabulary (regulation (EC) 213/2008): eight digits and a check digit."""

    code = models.CharField(
        _("CPV code"),
        max_length=10,
        unique=True,
        validators=[RegexValidator(r"^\d{8}-\d$", _("Eight digits, - and a digit."))],
    )
    name_sv = models.CharField(_("name in Swedish"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("CPV code")

    @property
    def name(self) -> str:
        return self.told("name")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CategoryQuerySet(models.QuerySet["PurchaseCategory"]):
    def visible_to(self, user: User) -> "CategoryQuerySet":
        """The common tree, to anyone with a role."""
        return self if has_role(user) else self.none()

    def in_swedish_order(self) -> "CategoryQuerySet":
        return self.order_by(swedish("name"), "pk")


@pghistory.track()
class PurchaseCategory(Record, Versioned):
    """A purchase category, in a tree."""

    name = models.CharField(
        _("name"),
        max_length=200,
        unique=True,
        error_messages={"unique": _("There is already a purchase category with this name.")},
    )
    code = models.CharField(
        _("code"), max_length=20, blank=True, help_text=_("Short, as in the regions' common category tree.")
    )
    parent = models.ForeignKey(
        "self", verbose_name=_("below"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    cpv_codes = models.ManyToManyField(CpvCode, through="CategoryCpv", related_name="categories")

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase category")
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="purchase_category_unique_code",
                condition=~Q(code=""),
                violation_error_message=_("Another purchase category has this code."),
            ),
            models.CheckConstraint(
                name="purchase_category_not_below_itself",
                condition=~Q(parent=F("pk")),
                violation_error_message=_("A purchase category can't stand below itself."),
            ),
        ]
        triggers = [NO_RING]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CategoryCpv(models.Model):
    """A CPV code that belongs to the category."""

    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="category_cpvs")
    cpv = models.ForeignKey(CpvCode, on_delete=models.PROTECT, related_name="category_cpvs")

    class Meta:
        verbose_name = _("category's CPV code")
        constraints = [models.UniqueConstraint(fields=["category", "cpv"], name="category_cpv_unique")]

    def __str__(self) -> str:
        return f"{self.category} – {self.cpv.code}"


class PriorityPeriodQuerySet(DatedQuerySet["PriorityPeriod"]):
    def visible_to(self, user: User) -> "PriorityPeriodQuerySet":
        """To anyone with a role."""
        return self if has_role(user) else self.none()


@pghistory.track()
class PriorityPeriod(Record, Dated):
    """A period with its own list of prioritised categories, such as 2023–2025."""

    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = PriorityPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("priority period")
        constraints = [
            dates_in_order("priority_period_dates"),
            one_at_a_time("priority_period_one_at_a_time", message=_("Another period holds on some of these days.")),
        ]

    @property
    def is_past(self) -> bool:
        """What was prioritised in a period that has ended is history: its list no longer changes."""
        return self.valid_to is not None and self.valid_to < clock.today()

    def __str__(self) -> str:
        return f"{self.valid_from:%Y}–{self.valid_to:%Y}" if self.valid_to else f"{self.valid_from:%Y}–"


@pghistory.track()
class CategoryPriority(models.Model):
    """The category is prioritised in a period."""

    period = models.ForeignKey(PriorityPeriod, on_delete=models.PROTECT, related_name="priorities")
    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="priorities")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("category's priority")
        constraints = [models.UniqueConstraint(fields=["period", "category"], name="category_priority_unique")]

    def __str__(self) -> str:
        return f"{self.category} {self.period}"


@pghistory.track()
class CategoryOwner(Dated):
    """The purchasing group that answers nationally for the category; it has moved between groups before."""

    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="owners")
    group = models.ForeignKey(PurchasingGroup, on_delete=models.PROTECT, related_name="categories")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("category's owner")
        constraints = [
            models.UniqueConstraint(fields=["category", "group", "valid_from"], name="category_owner_unique"),
            dates_in_order("category_owner_dates"),
            one_at_a_time(
                "category_owner_one_at_a_time",
                "category",
                message=_("A procurement region answers for the category on some of these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} – {self.group}"
