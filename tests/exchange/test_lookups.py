"""Many values in one parameter find what they would find one by one."""

import pytest

from codeofconduct.models import Contract, Supplier
from tests.factories import ContractFactory, SupplierFactory

pytestmark = pytest.mark.django_db


def test_any_of_finds_what_in_finds():
    first, second, third = (SupplierFactory(name=name) for name in ("Ängsmed AB", "O'Hara; DROP", '{Klamm}, "citat"'))
    names = {first.name, third.name, "Finns inte"}
    assert set(Supplier.objects.filter(name__any_of=names)) == {first, third}
    assert set(Supplier.objects.filter(pk__any_of=[second.pk])) == {second}
    assert not Supplier.objects.filter(name__any_of=[]).exists()


def test_any_of_follows_relations():
    contract, _other = ContractFactory(), ContractFactory()
    assert list(Contract.objects.filter(supplier__any_of={contract.supplier_id})) == [contract]
    assert list(Contract.objects.filter(supplier__name__any_of=[contract.supplier.name])) == [contract]
