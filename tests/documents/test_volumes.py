"""Volumes: none too long, each a whole document, numbered as they turn out."""

import pytest

from portal.documents import DocumentFault, render_pdf, volumes
from portal.documents.volumes import page_count, planned, render_volumes


def pages_each(rows, per_page: int):
    """A renderer whose row takes as much of a page as is said here, whatever was estimated."""
    return lambda volume, heartbeat: render_pdf(
        "sample/pages.html", {"pages": range(-(-len(volume.rows) // per_page)), "volume": volume}, language="sv"
    )


def told(rows, *, pages, per_page=10):
    progress = []
    made = list(
        render_volumes(
            rows,
            pages=pages,
            render=pages_each(rows, per_page),
            progress=lambda done, total: progress.append((done, total)),
        )
    )
    return made, progress


def test_what_is_short_is_one_document():
    made, progress = told(list(range(30)), pages=lambda row: 0.1)
    assert [(volume.number, volume.total, volume.is_alone, len(volume.rows)) for volume, _pdf in made] == [
        (1, 1, True, 30)
    ]
    assert progress == [(0, 1), (1, 1)]


def test_no_rows_are_still_a_document():
    made, _progress = told([], pages=lambda row: 1)
    assert [(volume.number, volume.total, list(volume.rows)) for volume, _pdf in made] == [(1, 1, [])]


def test_what_is_long_becomes_volumes_of_alike_length_in_the_order_of_its_rows(monkeypatch):
    monkeypatch.setattr(volumes, "AIMED_PAGES", 4)
    made, progress = told(list(range(100)), pages=lambda row: 0.1)
    assert [row for volume, _pdf in made for row in volume.rows] == list(range(100))
    assert [(volume.number, volume.total) for volume, _pdf in made] == [(1, 3), (2, 3), (3, 3)]
    assert {len(volume.rows) for volume, _pdf in made} <= {33, 34}
    assert progress == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.long
def test_a_volume_that_turns_out_too_long_is_planned_anew(monkeypatch):
    """Estimated at a tenth of a page, each row takes half of one."""
    monkeypatch.setattr(volumes, "AIMED_PAGES", 4)
    monkeypatch.setattr(volumes, "MOST_PAGES", 6)
    made, _progress = told(list(range(40)), pages=lambda row: 0.1, per_page=2)
    assert [row for volume, _pdf in made for row in volume.rows] == list(range(40))
    assert max(page_count(pdf) for _volume, pdf in made) <= 6
    assert {volume.total for volume, _pdf in made} == {len(made)}
    assert len(made) > 1


@pytest.mark.long
def test_a_row_that_no_volume_holds_is_a_fault(monkeypatch):
    monkeypatch.setattr(volumes, "MOST_PAGES", 0)
    with pytest.raises(DocumentFault):
        told([1], pages=lambda row: 1)


def test_a_long_row_among_short_ones_keeps_its_place():
    weights = {0: 40.0, 1: 1.0, 2: 1.0, 3: 44.0}
    plan = planned(list(weights), weights.__getitem__, 45.0)
    assert [list(volume.rows) for volume in plan] == [[0, 1, 2], [3]]
