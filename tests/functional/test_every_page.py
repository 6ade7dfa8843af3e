"""Every page of the table, opened once in each language: all checks of `page_checks.py` look at it.

A new page is closed to users until it has its row here, or a reason not to.
"""

from __future__ import annotations

import pytest

from tests.functional.fixtures import PageData, make_page_data
from tests.functional.page_checks import IN_ENGLISH, IN_SPANISH, ZOOMED, Inspector, inspect_all, is_in_spanish
from tests.functional.pages import BEHIND_THE_SECOND_STEP, NO_PAGE, ROUTES, ROWS, PageRow

pytestmark = pytest.mark.django_db(transaction=True)

#: Rows of the table that one test looks at: few enough for the workers to share them out evenly.
BATCH = 25


def batches(rows: list[PageRow]) -> list:
    """The rows in their order, as the parameters of a test. What one says depends on the area alone."""
    found = []
    for area in dict.fromkeys(row.area for row in rows):
        here = [row for row in rows if row.area == area]
        parts = [here[start : start + BATCH] for start in range(0, len(here), BATCH)]
        found += [pytest.param(part, id=f"{area} {number}") for number, part in enumerate(parts, 1)]
    return found


def page_data_for(rows: list[PageRow]) -> PageData:
    """Set the page_data with the patients who look at these rows; the team looks at all of them."""
    return make_page_data(None if rows[0].area == "team" else {row.who for row in rows})


def test_no_page_was_forgotten():
    settled_at = {row.page for row in ROWS} | BEHIND_THE_SECOND_STEP
    assert set(ROUTES) - settled_at - set(NO_PAGE) == set(), "Give each a row in the table, or a reason."


def test_nothing_with_a_reason_is_in_the_table_as_well():
    assert {row.page for row in ROWS} & set(NO_PAGE) == set()


@pytest.mark.parametrize("rows", batches(ROWS))
def test_every_page_passes_all_checks(open_device, live_server, browser_monitor, rows):
    """Accessible in the light and in the dark, easy to press, with edges in forced colours, readable at 400 %."""
    inspector = Inspector(open_device("laptop"), browser_monitor, IN_ENGLISH)
    complaints = inspect_all(inspector, rows, page_data_for(rows), live_server.url)
    assert not complaints, "\n".join(complaints)
    assert inspector.looked_at == len(rows)


@pytest.mark.parametrize("rows", batches([row for row in ROWS if is_in_spanish(row)]))
def test_no_page_has_english_left_nor_scrolls_sideways_at_400_percent(
    open_device, live_server, browser_monitor, rows
):
    page = open_device("laptop", viewport=ZOOMED, locale="es-US")
    inspector = Inspector(page, browser_monitor, IN_SPANISH)
    complaints = inspect_all(inspector, rows, page_data_for(rows), live_server.url)
    assert not complaints, "\n".join(complaints)
    assert inspector.looked_at == len(rows)
