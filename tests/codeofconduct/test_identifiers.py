"""Numbers by scheme: read as people write them, checked by their issuer's rule, unique where they stand."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from codeofconduct.actions.suppliers import add_identifier, end_identifier, register_supplier
from codeofconduct.enums import Scheme
from codeofconduct.identifiers import identifier_of, is_of_person, organisation_number_in
from codeofconduct.models import Supplier, SupplierIdentifier
from portal.history.models import SystemActor
from portal.history.queries import Ever, changes_of
from tests.codeofconduct.factories_suppliers import IdentifierFactory
from tests.factories import SupplierFactory

BY = SystemActor("test")


@pytest.mark.parametrize(
    ("scheme", "typed", "stored"),
    [
        (Scheme.ORGANISATION_NUMBER, "5599999017", ("", "559999-9017")),
        (Scheme.VAT, "se 559999-9017 01", ("", "SE559999901701")),
        (Scheme.VAT, "FI 2999 9903", ("", "FI29999903")),
        (Scheme.VAT, "NO 914791723 MVA", ("", "NO914791723MVA")),
        (Scheme.LEI, "984500norrmed0000091", ("", "984500NORRMED0000091")),
        (Scheme.GLN, "7350009999014", ("", "7350009999014")),
        (Scheme.DUNS, "35-123-4567", ("", "351234567")),
        (Scheme.OS_ID, "cn2021250d1dtn7", ("", "CN2021250D1DTN7")),
        (Scheme.OS_ID, "CN2021250D1DTN77", ("", "CN2021250D1DTN77")),
        (Scheme.VAT, "BE 428.759.497", ("", "BE0428759497")),
        (Scheme.VAT, "GR 094259216", ("", "EL094259216")),
        (Scheme.VAT, "CHE-107.787.577 IVA", ("", "CHE107787577IVA")),
        (Scheme.VAT, "US 12-3456789", ("", "US123456789")),
        (Scheme.FOREIGN_REGISTER, "no 914 791 723", ("NO", "914791723")),
        (Scheme.FOREIGN_REGISTER, "FI 2077474-0", ("FI", "20774740")),
        (Scheme.FOREIGN_REGISTER, "DE  hrb 12 345 B", ("DE", "HRB 12345 B")),
        (Scheme.FOREIGN_REGISTER, "DE HRB 12-34", ("DE", "HRB 12-34")),
    ],
)
def test_numbers_are_stored_alike_however_they_are_written(scheme, typed, stored):
    assert identifier_of(scheme, typed) == stored


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        (Scheme.ORGANISATION_NUMBER, "559999-9018"),
        (Scheme.VAT, "SE559999901702"),
        (Scheme.VAT, "SE559999901801"),
        (Scheme.VAT, "FI29999904"),
        (Scheme.VAT, "559999-9017"),
        (Scheme.LEI, "984500NORRMED0000092"),
        (Scheme.GLN, "7350009999013"),
        (Scheme.GLN, "73500099"),
        (Scheme.DUNS, "35123456"),
        (Scheme.OS_ID, "CN2021250D1DTN"),
        (Scheme.VAT, "NO914791724MVA"),
        (Scheme.VAT, "GB980780685"),
        (Scheme.VAT, "XX123456"),
        (Scheme.FOREIGN_REGISTER, "914791723"),
        (Scheme.FOREIGN_REGISTER, "NO 914791724"),
        (Scheme.FOREIGN_REGISTER, "DK 13585629"),
        (Scheme.FOREIGN_REGISTER, "FI 2077474-1"),
        (Scheme.FOREIGN_REGISTER, "ZZ 12345"),
        (Scheme.FOREIGN_REGISTER, "SE 811228-9874"),
    ],
)
def test_a_wrong_number_is_refused_with_one_sentence(scheme, typed):
    with pytest.raises(ValidationError) as refused:
        identifier_of(scheme, typed)
    assert len(refused.value.messages) == 1


@given(st.sampled_from(Scheme.values), st.text(max_size=60))
def test_any_text_is_a_number_or_a_sentence(scheme, text):
    try:
        country, value = identifier_of(scheme, text)
    except ValidationError:
        return
    assert len(value) <= 40
    assert identifier_of(scheme, f"{country} {value}") == (country, value)


def test_a_swedish_vat_number_holds_the_organisation_number():
    assert organisation_number_in(Scheme.VAT, "SE559999901701") == "559999-9017"
    assert organisation_number_in(Scheme.VAT, "FI29999903") == ""
    assert is_of_person(Scheme.VAT, "SE811228987401")
    assert not is_of_person(Scheme.VAT, "SE559999901701")


@pytest.mark.django_db
def test_a_vat_number_of_a_person_makes_a_sole_trader():
    supplier = SupplierFactory()
    add_identifier(by=BY, supplier=supplier, scheme=Scheme.VAT, value="SE811228987401")
    supplier.refresh_from_db()
    assert supplier.is_sole_trader


@pytest.mark.django_db
def test_a_vat_number_of_another_company_is_refused():
    supplier = register_supplier(by=BY, name="Norrmed AB", organisation_number="559999-9017")
    with pytest.raises(ValidationError) as refused:
        add_identifier(by=BY, supplier=supplier, scheme=Scheme.VAT, value="SE559999908201")
    assert list(refused.value.message_dict) == ["value"]
    add_identifier(by=BY, supplier=supplier, scheme=Scheme.VAT, value="SE559999901701")
    assert supplier.identifiers.count() == 2


@pytest.mark.django_db
def test_of_two_organisation_numbers_each_may_have_its_vat_number():
    """A merge leaves a supplier with both numbers until one is ended."""
    supplier = SupplierFactory()
    for number in ("559999-9017", "559999-9082"):
        IdentifierFactory(supplier=supplier, scheme=Scheme.ORGANISATION_NUMBER, value=number)
    for value in ("SE559999901701", "SE559999908201"):
        add_identifier(by=BY, supplier=supplier, scheme=Scheme.VAT, value=value)
    assert supplier.identifiers.count() == 4


@pytest.mark.django_db
def test_a_number_is_one_suppliers_and_the_same_again_is_the_same():
    number = IdentifierFactory()
    told = {"scheme": number.scheme, "value": number.value}
    assert add_identifier(by=BY, supplier=number.supplier, **told) == number
    with pytest.raises(ValidationError):
        add_identifier(by=BY, supplier=SupplierFactory(), **told)


@pytest.mark.django_db
def test_a_number_ends_or_is_taken_away_and_the_history_keeps_it():
    number = IdentifierFactory()
    end_identifier(by=BY, identifier=number, ended_on=number.supplier.created_at.date())
    number.refresh_from_db()
    assert number.ended_on is not None
    end_identifier(by=BY, identifier=number, ended_on=None)
    assert not SupplierIdentifier.objects.exists()
    told = changes_of(Ever(SupplierIdentifier, supplier=Supplier.objects.get())).rows
    assert [(row.label, row.name) for row in told] == [
        ("delete", number.value),
        ("update", number.value),
        ("insert", number.value),
    ]
