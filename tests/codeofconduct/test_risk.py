"""Risk assessments: a draft starts as a copy, is settled with reasons, and is kept; the map and the comparison show it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import override

from codeofconduct.actions.risk import change_cell, discard_assessment, settle_assessment, start_assessment
from codeofconduct.enums import Area, Stage
from codeofconduct.models import PurchaseCategory, RiskAssessment, RiskCell
from codeofconduct.presentation.risk import changed_between
from codeofconduct.queries.risk import version_read
from codeofconduct.scores import CELLS
from portal import clock
from portal.history.models import SystemActor
from tests.codeofconduct.factories_risk import AssessmentFactory, OwnerFactory
from tests.factories import CategoryFactory
from tests.files.samples import pdf

pytestmark = pytest.mark.django_db
BY = SystemActor("test")
HUMAN, WORK = Area.HUMAN_RIGHTS, Area.WORKERS_RIGHTS
RAW, MADE = Stage.RAW_MATERIAL, Stage.FINAL_MANUFACTURE


def url(name, *args):
    return reverse(f"codeofconduct:{name}", args=args)


def cell_url(assessment, area=HUMAN, stage=RAW):
    return url("assessment-cell", assessment.public_id, area.value, stage.value)


def typed(cell, **values):
    return {
        "level": cell.level,
        "reason": cell.reason,
        "source": cell.source,
        "dated_on": "2025-11-02",
        "author": "Kansliet",
        "version": cell.version,
    } | values


def levels_of(assessment):
    return {(cell.area, cell.stage): cell.level for cell in assessment.cells.all()}


def test_new_assessment_starts_as_a_copy_of_the_one_that_holds(client_of, secretariat):
    category = CategoryFactory()
    AssessmentFactory(category=category, assessed_on=date(2023, 1, 1), levels={(HUMAN, RAW): "low"})
    AssessmentFactory(category=category, assessed_on=date(2025, 1, 1), levels={(HUMAN, RAW): "high"})
    form = {"assessed_on": "2026-03-01", "author": "Kansliet", "source": "Egen genomgång"}
    client = client_of(secretariat)
    answer = client.post(url("assessment-start", category.public_id), form)
    draft = RiskAssessment.objects.get(settled_at__isnull=True)
    assert answer.url == url("assessment-detail", draft.public_id)
    assert levels_of(draft) == dict.fromkeys(CELLS, "insufficient") | {(HUMAN, RAW): "high"}
    assert draft.cells.get(area=HUMAN, stage=RAW).reason == "Så är det"
    again = client.post(url("assessment-start", category.public_id), form)
    assert (again.url, RiskAssessment.objects.count()) == (answer.url, 3)


def test_first_assessment_knows_nothing():
    draft = start_assessment(by=BY, category=CategoryFactory(), assessed_on=date(2026, 1, 1), author="Kansliet")
    assert levels_of(draft) == dict.fromkeys(CELLS, "insufficient")


def test_cell_is_judged_with_reason_source_and_score(client_of, secretariat):
    draft = AssessmentFactory(settled=False)
    cell = draft.cells.get(area=HUMAN, stage=RAW)
    form = typed(
        cell,
        level="medium_high",
        reason="Hemarbete",
        source="Rapport 12",
        dated_on="2025-11-02",
        country="PK",
        author="Konsult",
        is_scored="on",
        country_points="4",
        sector_points="",
        product_points="2",
    )
    answer = client_of(secretariat).post(cell_url(draft), form)
    assert answer.url == url("assessment-detail", draft.public_id)
    cell.refresh_from_db()
    assert (cell.level, cell.country, cell.dated_on) == ("medium_high", "PK", date(2025, 11, 2))
    assert (cell.country_points, cell.sector_points, cell.product_points) == (4, None, 2)
    page = client_of(secretariat).get(answer.url).text
    assert "4 + " in page
    assert "9" in page
    assert "Pakistan" in page


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"level": "high", "reason": "", "source": " ", "dated_on": ""}, {"reason", "source", "dated_on"}),
        ({"author": " "}, {"author"}),
        ({"level": "certain"}, {"level"}),
        ({"country": "XX"}, {"country"}),
        ({"country_points": "5"}, {"country_points"}),
        ({"dated_on": "2099-01-01"}, {"dated_on"}),
        ({"dated_on": "i går"}, {"dated_on"}),
        ({"version": ""}, {"version"}),
    ],
)
def test_bad_cell_is_told_at_its_field_and_changes_nothing(client_of, secretariat, values, fields):
    draft = AssessmentFactory(settled=False)
    cell = draft.cells.get(area=HUMAN, stage=RAW)
    page = client_of(secretariat).post(cell_url(draft), typed(cell, **{"reason": "Jag skrev"} | values))
    assert set(page.context["form"].errors) == fields
    assert values.get("reason", "Jag skrev") in page.text
    cell.refresh_from_db()
    assert (cell.level, cell.reason, cell.version) == ("insufficient", "", 1)


def test_two_who_judge_the_same_cell_get_a_comparison(client_of, secretariat):
    draft = AssessmentFactory(settled=False)
    cell = draft.cells.get(area=HUMAN, stage=RAW)
    client = client_of(secretariat)
    client.post(cell_url(draft), typed(cell, level="low", reason="Den andres skäl", source="A"))
    page = client.post(cell_url(draft), typed(cell, level="high", reason="Mitt skäl", source="B"))
    assert page.status_code == 409
    told = {item.label: (item.mine, item.theirs) for item in page.context["comparisons"]}
    assert ("Mitt skäl", "Den andres skäl") in told.values()
    cell.refresh_from_db()
    assert cell.level == "low"


def test_settled_assessment_is_kept_by_any_path(client_of, secretariat):
    draft = AssessmentFactory(settled=False, levels={(HUMAN, RAW): "high"})
    client = client_of(secretariat)
    answer = client.post(url("assessment-settle", draft.public_id), {"version": version_read(draft)})
    assert answer.url == url("assessment-detail", draft.public_id)
    draft.refresh_from_db()
    assert (draft.is_locked, draft.settled_by.user) == (True, secretariat)
    settled_at = draft.settled_at
    client.post(url("assessment-settle", draft.public_id), {"version": draft.version})
    draft.refresh_from_db()
    assert draft.settled_at == settled_at
    cell = draft.cells.get(area=HUMAN, stage=RAW)
    with override("en"), pytest.raises(ValidationError, match="settled"):
        change_cell(by=BY, cell=cell, version=cell.version)
    with override("en"), pytest.raises(ValidationError, match="settled"):
        discard_assessment(by=BY, assessment=draft)
    for write in (
        lambda: RiskCell.objects.filter(pk=cell.pk).update(level="low"),
        lambda: RiskAssessment.objects.filter(pk=draft.pk).update(author="Någon annan"),
        lambda: RiskCell.objects.filter(assessment=draft).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert client.get(cell_url(draft)).status_code == 403
    assert levels_of(draft)[HUMAN, RAW] == "high"


@pytest.mark.parametrize("lacking", [{"reason": ""}, {"source": " "}, {"dated_on": None}, {"author": ""}])
def test_level_that_lacks_a_fact_is_not_settled(client_of, secretariat, lacking):
    draft = AssessmentFactory(settled=False, levels={(HUMAN, RAW): "high"})
    RiskCell.objects.filter(assessment=draft, area=HUMAN, stage=RAW).update(**lacking)
    page = client_of(secretariat).post(url("assessment-settle", draft.public_id), {"version": version_read(draft)})
    assert page.context["form"].non_field_errors()
    draft.refresh_from_db()
    assert not draft.is_locked


@pytest.mark.parametrize("page", ["assessment-settle", "assessment-discard"])
def test_what_is_decided_about_is_what_was_read(client_of, secretariat, page):
    draft = AssessmentFactory(settled=False, levels={(HUMAN, RAW): "high"})
    client = client_of(secretariat)
    read = client.get(url(page, draft.public_id)).context["form"]["version"].value()
    cell = draft.cells.get(area=HUMAN, stage=RAW)
    client.post(cell_url(draft), typed(cell, level="low", reason="En kollega såg annat"))
    lost = client.post(url(page, draft.public_id), {"version": read})
    assert lost.status_code == 409
    assert "En kollega såg annat" in lost.text
    draft.refresh_from_db()
    assert not draft.is_locked
    again = client.post(url(page, draft.public_id), {"version": lost.context["form"]["version"].value()})
    assert again.status_code == 302
    assert not RiskAssessment.objects.filter(settled_at__isnull=True).exists()


def test_cells_are_gone_through_one_after_the_other(client_of, secretariat):
    draft = AssessmentFactory(settled=False, author="Konsult AB")
    draft.cells.update(author="")
    client = client_of(secretariat)
    address = cell_url(draft)
    for number in range(len(CELLS)):
        page = client.get(address)
        form = page.context["form"]
        assert (page.context["number"], form["author"].value()) == (number + 1, "Konsult AB")
        told = {name: form[name].value() or "" for name in form.fields}
        address = client.post(address, told | {"next": "yes"}).url
    assert address == url("assessment-detail", draft.public_id)
    assert set(draft.cells.values_list("author", "version")) == {("Konsult AB", 2)}


def test_reason_source_date_country_and_author_of_a_cell_are_shown(client_of, reader):
    draft = AssessmentFactory(settled=False, levels={(HUMAN, RAW): "high"})
    facts = {"reason": "Barnarbete", "source": "Rapport 12", "country": "PK", "author": "Konsult AB"}
    RiskCell.objects.filter(assessment=draft, area=HUMAN, stage=RAW).update(dated_on=date(2025, 11, 2), **facts)
    settle_assessment(by=BY, assessment=draft)
    page = client_of(reader).get(url("assessment-detail", draft.public_id)).text
    for shown in ("Barnarbete", "Rapport 12", "2 november 2025", "Pakistan", "Konsult AB"):
        assert shown in page, shown


def test_draft_can_be_thrown_away_once_that_is_confirmed(client_of, secretariat):
    draft = AssessmentFactory(settled=False)
    client = client_of(secretariat)
    form = client.get(url("assessment-discard", draft.public_id)).context["form"]
    assert RiskAssessment.objects.count() == 1
    answer = client.post(url("assessment-discard", draft.public_id), {"version": form["version"].value()})
    assert answer.url == url("category-detail", draft.category.public_id)
    assert (RiskAssessment.objects.count(), RiskCell.objects.count()) == (0, 0)


def test_report_is_attached_and_read_by_those_who_see_the_assessment(client_of, secretariat, reader, stranger):
    draft = AssessmentFactory(settled=False)
    form = {"assessed_on": "2026-01-01", "author": "Konsult", "version": draft.version}
    wrong = SimpleUploadedFile("rapport.pdf", b"MZ")
    client = client_of(secretariat)
    page = client.post(url("assessment-edit", draft.public_id), {**form, "report": wrong})
    assert set(page.context["form"].errors) == {"report"}
    right = SimpleUploadedFile("rapport.pdf", pdf())
    client.post(url("assessment-edit", draft.public_id), {**form, "report": right})
    address = url("assessment-report", draft.public_id)
    assert client_of(reader).get(address).status_code == 404
    draft.refresh_from_db()
    settle_assessment(by=BY, assessment=draft)
    assert b"".join(client_of(reader).get(address).streaming_content).startswith(b"%PDF")
    assert client_of(stranger).get(address).status_code == 404


def test_comparison_says_in_words_what_changed(client_of, person):
    category = CategoryFactory()
    older = AssessmentFactory(
        category=category, assessed_on=date(2023, 5, 1), levels={(HUMAN, RAW): "low", (WORK, MADE): "high"}
    )
    newer = AssessmentFactory(
        category=category,
        assessed_on=date(2026, 5, 1),
        levels={(HUMAN, RAW): "medium", (HUMAN, MADE): "low", (WORK, MADE): "medium_high"},
    )
    with override("en"):
        words = {(row.area, row.stage): str(row.word) for row in changed_between(older, newer) if row.differs}
    assert words == {(HUMAN, RAW): "raised", (HUMAN, MADE): "now known", (WORK, MADE): "lowered"}
    client = client_of(person("reader", language="en"))
    for seen in (older, newer):
        page = client.get(url("assessment-compare", seen.public_id), {"other": older.public_id})
        assert "From 1 May 2023 to 1 May 2026" in page.text
        assert [row.arrow for row in page.context["rows"] if row.differs] == ["↑", "+", "↓"]
        assert all(word in page.text for word in ("raised", "now known", "lowered"))
        assert page.text.count("Så är det") == 5  # the reasons of the levels that changed, where there is one


def test_map_shows_the_worst_first_and_what_nobody_knows(client_of, reader):
    for name, levels in (
        ("Okänd", {}),
        ("Medel", {(HUMAN, RAW): "medium"}),
        ("Hög", dict.fromkeys(CELLS, "low") | {(WORK, MADE): "high"}),
        ("Flera medelhöga", dict.fromkeys(CELLS, "medium_high")),
    ):
        AssessmentFactory(category=CategoryFactory(name=name), levels=levels)
    CategoryFactory(name="Obedömd")
    client = client_of(reader)

    def names(**query):
        return [str(row.category) for row in client.get(url("risk-map"), query).context["rows"]]

    assert names() == ["Hög", "Flera medelhöga", "Okänd", "Medel", "Obedömd"]
    assert names(area="human_rights")[0] == "Flera medelhöga"
    assert names(order="name") == ["Flera medelhöga", "Hög", "Medel", "Obedömd", "Okänd"]
    OwnerFactory(category=PurchaseCategory.objects.get(name="Medel"), letter="H")
    assert names(group="H") == ["Medel"]
    assert len(names(order="x", area="y")) == 5


def test_map_holds_what_is_settled_alone(client_of, reader):
    category = CategoryFactory()
    AssessmentFactory(category=category, assessed_on=date(2025, 1, 1), levels={(HUMAN, RAW): "low"})
    AssessmentFactory(category=category, assessed_on=date(2026, 1, 1), levels={(HUMAN, RAW): "high"}, settled=False)
    row = client_of(reader).get(url("risk-map")).context["rows"][0]
    assert row.profile.level(HUMAN, RAW) == "low"


@pytest.mark.parametrize("count", [1, 3])
def test_map_takes_the_same_queries(client_of, reader, django_assert_num_queries, count):
    for number in range(count):
        AssessmentFactory(category=CategoryFactory(name=f"Kategori {number}"))
    client = client_of(reader)
    client.get(url("risk-map"))
    with django_assert_num_queries(7):
        client.get(url("risk-map"))


@pytest.mark.parametrize("count", [1, 3])
def test_assessments_over_time_take_the_same_queries(client_of, reader, django_assert_num_queries, count):
    category = CategoryFactory()
    for number in range(count):
        AssessmentFactory(category=category, assessed_on=date(2020 + number, 1, 1))
    client = client_of(reader)
    client.get(url("assessment-list", category.public_id))
    with django_assert_num_queries(6):
        client.get(url("assessment-list", category.public_id))


def test_long_map_is_read_page_by_page_without_loss(client_of, reader):
    for number in range(45):
        category = CategoryFactory(name=f"Kategori {number}")
        if number % 3:
            AssessmentFactory(category=category, levels={(HUMAN, RAW): "high"} if number % 2 else {})
    client, address, names = client_of(reader), url("risk-map"), []
    while address:
        page = client.get(address).context["page"]
        names += [category.name for category in page.rows]
        address = f"{url('risk-map')}{page.next_url}" if page.next_url else ""
    assert (len(names), len(set(names))) == (45, 45)


def test_assessment_of_tomorrow_is_refused(client_of, secretariat):
    category = CategoryFactory()
    tomorrow = date.fromordinal(clock.today().toordinal() + 1)
    form = {"assessed_on": tomorrow.isoformat(), "author": "Kansliet"}
    page = client_of(secretariat).post(url("assessment-start", category.public_id), form)
    assert set(page.context["form"].errors) == {"assessed_on"}
    assert not RiskAssessment.objects.exists()
