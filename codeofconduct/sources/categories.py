"""Purchase categories in the search."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import CategoryCpv, CategoryPriority, PurchaseCategory
from codeofconduct.queries.categories import period_that_counts
from portal.search.matching import Fields, Keyword, Through
from portal.search.sources import Source
from regions.models import User
from regions.permissions import has_role


def _categories(user: User) -> QuerySet[PurchaseCategory]:
    """The tree is common to all with a role."""
    categories = PurchaseCategory.objects.select_related("parent").prefetch_related("cpv_codes")
    return categories if has_role(user) else categories.none()


def _fields(user: User) -> Fields:
    """By name and code, by CPV codes and their names, and the prioritised ones by that word."""
    cpv = Fields(names=("cpv__name_sv", "cpv__name_en"), numbers=("cpv__code",))
    priorities = CategoryPriority.objects.filter(period=period_that_counts())
    prioritised = Q(pk__in=priorities.values("category"))
    return Fields(
        names=("name",),
        numbers=("code",),
        through=(Through(CategoryCpv.objects.all(), "category", cpv),),
        keywords=(Keyword(("prioriterad", "prioritised"), prioritised),),
    )


def _caption(category: PurchaseCategory) -> str:
    codes = [cpv.code for cpv in category.cpv_codes.all()]
    cpv = _("CPV %(codes)s") % {"codes": ", ".join(codes[:3]) + (" …" if len(codes) > 3 else "")} if codes else ""
    return " · ".join(part for part in (category.code, str(category.parent or ""), cpv) if part)


CATEGORIES = Source(
    key="category",
    label=gettext_lazy("Purchase categories"),
    rows=_categories,
    fields=_fields,
    url=lambda category: reverse("codeofconduct:category-detail", args=[category.public_id]),
    title=lambda category: category.name,
    caption=_caption,
    order=30,
)
