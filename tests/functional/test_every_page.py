"""Every page of the table, opened once in each language and checked by all checks of `page_checks.py`.

A new route needs a row in the table, or a reason why it has none.
"""

from __future__ import annotations

import pytest

from tests.functional.fixtures import PageData, make_page_data
from tests.functional.page_checks import IN_ENGLISH, IN_SPANISH, ZOOMED, Inspector, inspect_all, is_in_spanish
from tests.functional.pages import ROUTES, ROWS, PageRow
from tests.functional.pages_left_out import NEED_REAUTHENTICATION, NO_PAGE

pytestmark = pytest.mark.django_db(transaction=True)

#: Rows of the table in one test: few enough to share them evenly among the workers.
BATCH = 25


def batches(rows: list[PageRow]) -> list:
    """Return the rows in their order as parameters of a test. The test ids depend on the area alone."""
    found = []
    for area in dict.fromkeys(row.area for row in rows):
        here = [row for row in rows if row.area == area]
        parts = [here[start : start + BATCH] for start in range(0, len(here), BATCH)]
        found += [pytest.param(part, id=f"{area} {number}") for number, part in enumerate(parts, 1)]
    return found


def page_data_for(rows: list[PageRow]) -> PageData:
    """Create the patients that these rows need; rows of the team need all of them."""
    return make_page_data(None if rows[0].area == "team" else {row.who for row in rows})


def test_every_route_has_a_row_or_a_reason():
    settled_at = {row.page for row in ROWS} | NEED_REAUTHENTICATION
    assert set(ROUTES) - settled_at - set(NO_PAGE) == set(), "Give each a row in the table, or a reason."


def test_no_route_has_both_a_row_and_a_reason():
    assert {row.page for row in ROWS} & set(NO_PAGE) == set()


@pytest.mark.parametrize("rows", batches(ROWS))
def test_every_page_passes_all_checks(open_device, live_server, browser_monitor, rows):
    """Check accessibility in light and dark, sizes of targets, borders in forced colours, and zoom of 400 %."""
    inspector = Inspector(open_device("laptop"), browser_monitor, IN_ENGLISH)
    complaints = inspect_all(inspector, rows, page_data_for(rows), live_server.url)
    assert not complaints, "\n".join(complaints)
    assert inspector.looked_at == len(rows)


@pytest.mark.parametrize("rows", batches([row for row in ROWS if is_in_spanish(row)]))
def test_no_spanish_page_has_english_text_or_scrolls_sideways_at_400_percent(
    open_device, live_server, browser_monitor, rows
):
    page = open_device("laptop", viewport=ZOOMED, locale="es-US")
    inspector = Inspector(page, browser_monitor, IN_SPANISH)
    complaints = inspect_all(inspector, rows, page_data_for(rows), live_server.url)
    assert not complaints, "\n".join(complaints)
    assert inspector.looked_at == len(rows)
