"""Some CPV codes to begin with, linked to the categories where it is obvious. The whole vocabulary comes as a file."""

from pathlib import Path

from codeofconduct.models import CategoryCpv, CpvCode, PurchaseCategory
from portal.history.models import SystemActor
from regions.reference import rows

DATA = Path(__file__).resolve().parent.parent / "data"
CONFIRMED = "Bekräftad mot en offentlig upphandlingsannons (2019)"
UNCONFIRMED = "Allmän kännedom; inte kontrollerad mot förordning (EG) nr 213/2008"


def load(*, by: SystemActor) -> None:
    """The codes that aren't there yet. One that is new is linked; what people have changed since stays."""
    listed = rows(DATA / "cpv_codes.csv")
    known = set(CpvCode.objects.filter(code__in=[row["code"] for row in listed]).values_list("code", flat=True))
    new = [row for row in listed if row["code"] not in known]
    made = CpvCode.objects.bulk_create(
        CpvCode(
            code=row["code"],
            name_sv=row["name_sv"],
            name_en=row["name_en"],
            source=CONFIRMED if row["is_confirmed"] == "yes" else UNCONFIRMED,
        )
        for row in new
    )
    names = {row["code"]: row["categories"] for row in new}
    categories = PurchaseCategory.objects.in_bulk(filter(None, names.values()), field_name="name")
    CategoryCpv.objects.bulk_create(
        CategoryCpv(category=categories[names[cpv.code]], cpv=cpv) for cpv in made if names[cpv.code] in categories
    )
