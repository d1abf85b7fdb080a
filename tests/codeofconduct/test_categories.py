"""The tree of purchase categories: no rings, one owner at a time, a list per period, CPV codes as they are pasted."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import override

from codeofconduct.actions.categories import change_category, change_owner, open_period, prioritise, withdraw_priority
from codeofconduct.models import CategoryCpv, CategoryOwner, CategoryPriority, PriorityPeriod, PurchaseCategory
from codeofconduct.queries.categories import above, contracted_in, in_tree_order
from portal import clock
from portal.history.models import SystemActor
from portal.history.queries import Ever, changes_of
from portal.history.versions import StaleVersionError
from regions.models import PurchasingGroup, Region
from tests.codeofconduct.factories_risk import AssessmentFactory, CpvFactory, OwnerFactory, PeriodFactory
from tests.factories import CategoryFactory, ContractFactory

pytestmark = pytest.mark.django_db
BY = SystemActor("test")


def url(name, *args):
    return reverse(f"codeofconduct:{name}", args=args)


@pytest.fixture
def tree():
    """Livsmedel › Frukt › Äpplen, and Livsmedel › Ägg."""
    food = CategoryFactory(name="Livsmedel", code="1")
    fruit = CategoryFactory(name="Frukt", code="1.1", parent=food)
    return food, fruit, CategoryFactory(name="Äpplen", parent=fruit), CategoryFactory(name="Ägg", parent=food)


def test_tree_stands_in_order_with_its_paths(tree):
    CategoryFactory(name="Bilar")
    paths = [" › ".join(category.path) for category in in_tree_order(PurchaseCategory.objects.all())]
    assert paths == ["Bilar", "Livsmedel", "Livsmedel › Frukt", "Livsmedel › Frukt › Äpplen", "Livsmedel › Ägg"]
    assert [str(category) for category in above(tree[2])] == ["Livsmedel", "Frukt"]


def test_long_tree_is_read_page_by_page_without_loss(client_of, reader, tree):
    for number in range(120):
        CategoryFactory(name=f"Kategori {number % 7} {number}", parent=tree[number % 3])
    client, address, names = client_of(reader), url("category-list"), []
    while address:
        page = client.get(address).context["page"]
        names += [category.name for category in page.rows]
        address = f"{url('category-list')}{page.next_url}" if page.next_url else ""
    assert names == [category.name for category in in_tree_order(PurchaseCategory.objects.all())]


@pytest.mark.parametrize("count", [1, 3])
def test_tree_takes_the_same_queries(client_of, reader, django_assert_num_queries, count):
    for number in range(count):
        category = CategoryFactory(name=f"Kategori {number}")
        AssessmentFactory(category=category)
        OwnerFactory(category=category)
    client = client_of(reader)
    client.get(url("category-list"))
    with django_assert_num_queries(8):
        client.get(url("category-list"))


def test_tree_is_narrowed_by_a_shareable_address(client_of, reader, tree):
    _food, fruit, apples, eggs = tree
    OwnerFactory(category=fruit, letter="B")
    period = PeriodFactory()
    prioritise(by=BY, period=period, category=eggs, reason="Fjäderfä")
    CategoryCpv.objects.create(category=apples, cpv=CpvFactory(code="03222321-9"))
    client = client_of(reader)

    def found(**query):
        return [category.name for category in client.get(url("category-list"), query).context["page"].rows]

    assert found(q="frukt") == ["Frukt"]
    assert found(q="1.") == ["Frukt"]
    assert found(q="03222") == ["Äpplen"]
    CategoryCpv.objects.create(category=fruit, cpv=CpvFactory(code="03200000-3"))
    assert found(q="03222321-9") == ["Frukt", "Äpplen"]
    assert found(q="03222321") == ["Frukt", "Äpplen"]
    assert found(q="0321") == ["Frukt"]
    assert found(q="03300000-2") == []
    assert found(group="B") == ["Frukt"]
    assert found(prioritised="on") == ["Ägg"]
    assert found(prioritised="on", period=period.public_id, group="B") == []
    assert len(found(group="Ö")) == 4


def test_secretariat_puts_a_category_into_the_tree(client_of, secretariat):
    parent = CategoryFactory(name="Livsmedel")
    PurchasingGroup.objects.get_or_create(letter="B")
    form = {"name": "Frukt", "code": "1.1", "parent": parent.public_id, "group": "B"}
    answer = client_of(secretariat).post(url("category-add"), form)
    category = PurchaseCategory.objects.get(name="Frukt")
    assert answer.url == url("category-detail", category.public_id)
    assert (category.parent, category.code, category.created_by.user) == (parent, "1.1", secretariat)
    assert category.owners.get().group.letter == "B"
    again = client_of(secretariat).post(url("category-add"), form)
    assert set(again.context["form"].errors) == {"name", "code"}
    assert PurchaseCategory.objects.count() == 2


def test_category_cannot_be_moved_below_itself(client_of, secretariat, tree):
    food, _fruit, apples, _eggs = tree
    form = {"name": "Livsmedel", "code": "1", "parent": apples.public_id, "version": food.version}
    page = client_of(secretariat).post(url("category-edit", food.public_id), form)
    assert set(page.context["form"].errors) == {"parent"}
    with override("en"), pytest.raises(ValidationError, match="below itself"):
        change_category(by=BY, category=food, version=food.version, name="Livsmedel", code="1", parent=apples)
    food.refresh_from_db()
    assert food.parent is None


def test_database_refuses_a_ring(tree):
    food, _fruit, apples, _eggs = tree
    with transaction.atomic(), connection.cursor() as cursor:
        PurchaseCategory.objects.filter(pk=food.pk).update(parent=apples)
        with pytest.raises(IntegrityError, match="below itself"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_lost_race_keeps_what_was_typed(client_of, secretariat):
    category = CategoryFactory(name="Livsmedel")
    old = category.version
    change_category(by=BY, category=category, version=old, name="Mat", code="", parent=None)
    form = {"name": "Livsmedel och dryck", "code": "", "parent": "", "version": old}
    page = client_of(secretariat).post(url("category-edit", category.public_id), form)
    assert page.status_code == 409
    assert "Livsmedel och dryck" in page.text
    category.refresh_from_db()
    assert category.name == "Mat"
    with pytest.raises(StaleVersionError):
        change_category(by=BY, category=category, version=old, name="X", code="", parent=None)


def test_new_owner_ends_the_one_before():
    owner = OwnerFactory(letter="A", valid_from=date(2023, 1, 1))
    group = PurchasingGroup.objects.get_or_create(letter="B")[0]
    new = change_owner(by=BY, category=owner.category, group=group, valid_from=date(2027, 3, 1))
    owner.refresh_from_db()
    assert (owner.valid_to, new.group, new.valid_to) == (date(2027, 2, 28), group, None)
    assert change_owner(by=BY, category=owner.category, group=group, valid_from=date(2027, 3, 1)) == new
    assert CategoryOwner.objects.count() == 2


@pytest.mark.parametrize(
    ("letter", "valid_from", "field", "sentence"),
    [
        ("A", "2026-05-01", "group", "Procurement region A answers for the category on that day already."),
        ("C", "2027-03-01", "valid_from", "Procurement region B answers for the category from 1 March 2027."),
        ("C", "2026-05-01", "valid_from", "Choose a later day."),
    ],
)
def test_overlapping_owner_is_refused_with_a_sentence(client_of, person, letter, valid_from, field, sentence):
    category = OwnerFactory(letter="A", valid_from=date(2023, 1, 1), valid_to=date(2027, 2, 28)).category
    OwnerFactory(category=category, letter="B", valid_from=date(2027, 3, 1))
    PurchasingGroup.objects.get_or_create(letter="C")
    user = person("secretariat", language="en")
    form = {"group": letter, "valid_from": valid_from}
    page = client_of(user).post(url("category-owner", category.public_id), form)
    assert sentence in str(page.context["form"].errors[field])
    assert CategoryOwner.objects.count() == 2


def test_owner_that_was_entered_by_mistake_is_taken_back(client_of, secretariat):
    owner = OwnerFactory(letter="A", valid_from=date(2023, 1, 1))
    group = PurchasingGroup.objects.get_or_create(letter="B")[0]
    change_owner(by=BY, category=owner.category, group=group, valid_from=date(2027, 3, 1))
    client, address = client_of(secretariat), url("category-owner-undo", owner.category.public_id)
    for _twice in range(2):
        client.post(address, {"group": "B", "valid_from": "2027-03-01"})
        owner.refresh_from_db()
        assert (CategoryOwner.objects.get(), owner.valid_to) == (owner, None)
    told = changes_of(Ever(CategoryOwner, category=owner.category)).rows
    assert sorted(change.label for change in told) == ["delete", "insert", "insert", "update", "update"]
    client.post(address, {"group": "A", "valid_from": "i går"})
    assert CategoryOwner.objects.count() == 1


def test_only_the_latest_owner_is_taken_back(client_of, secretariat):
    category = OwnerFactory(letter="A", valid_from=date(2023, 1, 1), valid_to=date(2024, 12, 31)).category
    later = OwnerFactory(category=category, letter="B", valid_from=date(2026, 1, 1))
    address = url("category-owner-undo", category.public_id)
    client_of(secretariat).post(address, {"group": "A", "valid_from": "2023-01-01"})
    assert category.owners.count() == 2
    client_of(secretariat).post(address, {"group": "B", "valid_from": "2026-01-01"})
    first = category.owners.get()
    # A year without anyone lay between them: that stays as it was.
    assert (first.group.letter, first.valid_to, later.pk) == ("A", date(2024, 12, 31), later.pk)


def test_empty_period_can_be_taken_away(client_of, secretariat):
    empty = PeriodFactory(valid_from=date(2080, 1, 1), valid_to=date(2084, 12, 31))
    listed = PeriodFactory(valid_from=date(2085, 1, 1), valid_to=date(2089, 12, 31))
    prioritise(by=BY, period=listed, category=CategoryFactory(), reason="Risk")
    client = client_of(secretariat)
    assert client.post(url("period-discard", empty.public_id)).url == url("period-list")
    kept = client.post(url("period-discard", listed.public_id), follow=True)
    assert kept.redirect_chain[0][0] == url("period-detail", listed.public_id)
    assert list(PriorityPeriod.objects.all()) == [listed]


def test_period_has_its_own_list_with_reasons(client_of, secretariat):
    category = CategoryFactory()
    client = client_of(secretariat)
    answer = client.post(url("period-add"), {"valid_from": "2080-01-01", "valid_to": "2084-12-31", "source": "Beslut"})
    period = PriorityPeriod.objects.get()
    assert answer.url == url("period-detail", period.public_id)
    form = {"category": category.public_id, "reason": "Hög risk i smide"}
    client.post(url("period-prioritise", period.public_id), form)
    assert CategoryPriority.objects.get().reason == "Hög risk i smide"
    page = client.post(url("period-prioritise", period.public_id), {"category": "", "reason": ""})
    assert set(page.context["form"].errors) == {"category", "reason"}
    client.post(url("period-withdraw", period.public_id, category.public_id), {"reason": "Täckt av Adda"})
    assert not CategoryPriority.objects.exists()
    told = changes_of(Ever(CategoryPriority, period=period)).rows
    assert [change.label for change in told] == ["delete", "update", "insert"]
    assert told[1].fields[0].after == "Täckt av Adda"
    assert told[0].who == secretariat.name


def test_periods_do_not_overlap(client_of, secretariat):
    PeriodFactory(valid_from=date(2080, 1, 1), valid_to=date(2084, 12, 31))
    page = client_of(secretariat).post(url("period-add"), {"valid_from": "2084-12-31", "valid_to": "2088-12-31"})
    assert page.context["form"].non_field_errors()
    page = client_of(secretariat).post(url("period-add"), {"valid_from": "2020-01-01", "valid_to": "2021-12-31"})
    assert set(page.context["form"].errors) == {"valid_to"}
    with override("en"), pytest.raises(ValidationError, match="Another period"):
        open_period(by=BY, valid_from=date(2081, 1, 1), valid_to=date(2082, 1, 1))
    assert PriorityPeriod.objects.count() == 1


def test_list_of_an_ended_period_is_history(client_of, secretariat):
    past = PeriodFactory(valid_from=date(2020, 1, 1), valid_to=clock.today() - timedelta(days=1))
    category = CategoryFactory()
    CategoryPriority.objects.create(period=past, category=category)
    for write in (prioritise, withdraw_priority):
        with override("en"), pytest.raises(ValidationError, match="has ended"):
            write(by=BY, period=past, category=category, reason="Sent")
    client = client_of(secretariat)
    assert client.get(url("period-prioritise", past.public_id)).status_code == 403
    assert CategoryPriority.objects.get().reason == ""


def test_cpv_codes_are_pasted_as_they_come(client_of, secretariat):
    category = CategoryFactory()
    gloves, others = CpvFactory(), CpvFactory(code="18424300-0", name_sv="Engångshandskar")
    client = client_of(secretariat)
    client.post(
        url("category-cpv", category.public_id), {"codes": "33141420-0 Operationshandskar\r\n18424300; 33141420"}
    )
    assert set(category.cpv_codes.all()) == {gloves, others}
    client.post(url("category-cpv", category.public_id), {"codes": "33141420"})
    assert category.category_cpvs.count() == 2
    client.post(url("category-cpv-remove", category.public_id), {"code": "33141420-0"})
    assert list(category.cpv_codes.all()) == [others]


def test_unknown_cpv_codes_are_told_and_nothing_is_linked(client_of, person):
    category = CategoryFactory()
    CpvFactory()
    client = client_of(person("secretariat", language="en"))
    typed = "33141420-0\n33141420-5\n99999999\nhandskar"
    page = client.post(url("category-cpv", category.public_id), {"codes": typed})
    assert page.context["form"].errors["codes"] == [
        "The portal knows no CPV code “33141420-5”, “99999999”.",
        "There is no CPV code in: “handskar”.",
    ]
    assert "99999999" in page.text
    assert not category.category_cpvs.exists()


def test_cpv_codes_are_found_by_code_and_name(client_of, reader):
    CpvFactory()
    CpvFactory(code="18424300-0", name_sv="Engångshandskar", name_en="Disposable gloves")
    client = client_of(reader)

    def found(text):
        return [cpv.code for cpv in client.get(url("cpv-list"), {"q": text}).context["page"].rows]

    assert [found(text) for text in ("3314", "handskar", "disposable", "x")] == [
        ["33141420-0"],
        ["18424300-0", "33141420-0"],
        ["18424300-0"],
        [],
    ]


def test_page_counts_the_contracts_that_the_reader_may_see(secretariat, buyer, reader, tree):
    food, fruit, _apples, _eggs = tree
    ContractFactory(region=Region.objects.get(code="23"), category=fruit, yearly_value_ore=5_000_00)
    ContractFactory(region__code="12", category=food, yearly_value_ore=None)
    ContractFactory(region__code="12", category=food, ends_on=date(2024, 12, 31), yearly_value_ore=9_00)
    told = [contracted_in(user, food) for user in (secretariat, buyer, reader)]
    assert [(row.count, row.value_ore, row.unvalued) for row in told] == [
        (2, 5_000_00, 1),
        (1, 5_000_00, 0),
        (0, 0, 0),
    ]


def test_category_page_shows_what_is_known(client_of, reader, tree):
    _food, fruit, _apples, _eggs = tree
    OwnerFactory(category=fruit, letter="B")
    CategoryCpv.objects.create(category=fruit, cpv=CpvFactory())
    AssessmentFactory(category=fruit)
    AssessmentFactory(category=fruit, settled=False, author="Hemlig konsult")
    page = client_of(reader).get(url("category-detail", fruit.public_id)).text
    for shown in ("Livsmedel", "Äpplen", "33141420-0", "Upphandlingsregion B", "1.1"):
        assert shown in page, shown
    assert "Hemlig konsult" not in page
    assert "Change name" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_category_page_takes_the_same_queries(client_of, secretariat, django_assert_num_queries, count):
    category = CategoryFactory()
    for number in range(count):
        CategoryFactory(name=f"Under {number}", parent=category)
        AssessmentFactory(category=category)
        CategoryCpv.objects.create(category=category, cpv=CpvFactory(code=f"3314142{number}-0"))
    client = client_of(secretariat)
    client.get(url("category-detail", category.public_id))
    with django_assert_num_queries(30):
        client.get(url("category-detail", category.public_id))
