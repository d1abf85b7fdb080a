"""Purchase categories and CPV codes as files."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import CategoryOwner, CpvCode, PurchaseCategory
from codeofconduct.resources import finding
from portal import clock
from portal.exchange.engine.children import Members
from portal.exchange.engine.columns import Column, PublicId, Relation
from portal.exchange.engine.identity import BY_PUBLIC_ID, Identity
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.engine.rows import Row
from portal.exchange.reading.values import number_text_of


class Owner(Members):
    """The procurement region that answers for the category today. Another one answers from today on; the past stays."""

    def children(self) -> "QuerySet[Any]":
        return CategoryOwner.objects.valid_on(clock.today()).select_related("group")

    def make(self, instance: Any, value: Any) -> CategoryOwner:
        return CategoryOwner(category=instance, group=value, valid_from=clock.today())

    def told(self, value: Iterable[Any]) -> str:
        return ", ".join(str(group) for group in value)

    def replace(self, added: list[tuple[Any, Any]], gone: list[int]) -> None:
        """What ends, ends yesterday; what began only today never held."""
        today = clock.today()
        owners = CategoryOwner.objects.filter(pk__in=gone)
        owners.filter(valid_from__gte=today).delete()
        owners.update(valid_to=today - timedelta(days=1))
        CategoryOwner.objects.bulk_create([self.make(*pair) for pair in added])


class CategoryResource(ExchangeResource):
    """The tree of purchase categories, with who answers for each."""

    id = PublicId()
    name = Column(
        gettext_lazy("Name"),
        required=True,
        example="Undersökningshandskar",
        width=36,
        also=("inköpskategori", "kategori"),
    )
    code = Column(gettext_lazy("Code"), parse=number_text_of, example="4.2", width=12, also=("kod",))
    parent = Relation(
        gettext_lazy("Below"),
        finding.categories,
        parse=number_text_of,
        expected=gettext_lazy("Name or code of a category in the portal, or of one further up in the file."),
        named=lambda category: category.name,
        width=30,
        also=("parent", "överordnad", "under"),
    )
    cpv_codes = Members(
        gettext_lazy("CPV codes"),
        finding.cpv_codes,
        accessor="category_cpvs",
        owner="category",
        member="cpv",
        named_by="code",
        expected=gettext_lazy("Eight digits, with or without the check digit, divided by semicolons."),
        example="33141420-0",
        also=("cpv", "cpv-kod"),
    )
    owner = Owner(
        gettext_lazy("Procurement region"),
        finding.groups,
        accessor="owners",
        owner="category",
        member="group",
        named_by="letter",
        expected=gettext_lazy(
            "The letter of the one that answers for the category, A–H. Another one answers from today on."
        ),
        example="A",
        width=14,
        also=("upphandlingsregion", "purchasing group", "ägare", "område"),
    )

    identities = (BY_PUBLIC_ID, Identity("code"), Identity("name", folded=True))
    select = ("parent",)

    class Meta:
        model = PurchaseCategory

    def announce(self, instance: PurchaseCategory) -> None:
        column: Relation = self.columns["parent"]
        column.finder.add(instance, filter(None, [instance.name, instance.code]))

    def check(self, instance: PurchaseCategory, row: Row, *, is_new: bool) -> None:
        if self._stands_below_itself(instance):
            row.refuse("parent", _("A purchase category can't stand below itself."))
        if len(row.get("owner") or ()) > 1:
            row.refuse("owner", _("One procurement region answers for a category."))

    def _stands_below_itself(self, instance: PurchaseCategory) -> bool:
        """Up the tree as the file leaves it; it has few levels, and a ring is refused where it closes."""
        self.parents = getattr(self, "parents", None) or dict(PurchaseCategory.objects.values_list("pk", "parent"))
        above, seen = instance.parent, {instance.pk} - {None}
        if instance.pk:
            self.parents[instance.pk] = above.pk if above is not None else None
        at = above.pk if above is not None else None
        while at is not None:
            if at in seen:
                return True
            seen.add(at)
            at = self.parents.get(at)
        return above is instance


class CpvResource(ExchangeResource):
    """The common procurement vocabulary."""

    code = Column(
        gettext_lazy("CPV code"),
        required=True,
        parse=number_text_of,
        expected=gettext_lazy("Eight digits, - and a digit."),
        example="33141420-0",
        width=14,
        also=("code", "kod", "cpv"),
    )
    name_sv = Column(
        gettext_lazy("Name in Swedish"),
        required=True,
        example="Operationshandskar",
        width=50,
        also=("sv", "namn", "name_sv"),
    )
    name_en = Column(gettext_lazy("Name in English"), example="Surgical gloves", width=50, also=("en", "name_en"))
    source = Column(gettext_lazy("Source"), example="CPV 2008", width=24, also=("källa",))

    identities = (Identity("code"),)

    class Meta:
        model = CpvCode
