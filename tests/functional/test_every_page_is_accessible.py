"""Every page of the house, on a phone in the light and on a laptop in the dark: axe finds nothing on any of them.

A new page is closed to users until it has its row here, or a reason not to.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.functional.fixtures import PageData, make_page_data
from tests.functional.pages import BEHIND_THE_SECOND_STEP, NO_PAGE, ROUTES, ROWS, open_all, visit

pytestmark = pytest.mark.django_db(transaction=True)

DEVICES = {
    "phone, light": ("phone", {"color_scheme": "light"}),
    "laptop, dark": ("laptop", {"color_scheme": "dark"}),
}


@pytest.fixture
def page_data() -> PageData:
    return make_page_data()


def test_no_page_was_forgotten():
    settled_at = {row.page for row in ROWS} | BEHIND_THE_SECOND_STEP
    assert set(ROUTES) - settled_at - set(NO_PAGE) == set(), "Give each a row in the table, or a reason."


def test_nothing_with_a_reason_is_in_the_table_as_well():
    assert {row.page for row in ROWS} & set(NO_PAGE) == set()


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("area", list(dict.fromkeys(row.area for row in ROWS)))
def test_every_page_is_accessible(
    page_data, open_device, check_accessibility, live_server, browser_monitor, area, device
):
    kind, options = DEVICES[device]
    page = open_device(kind, **options)
    findings, signed_in = [], ""
    for row in (row for row in ROWS if row.area == area):
        if signed_in != row.who:
            page_data.sign_in(page, row.who, live_server.url)
            signed_in = row.who
        if row.status >= 400:  # the browser reports the status of the page itself as an error
            browser_monitor.expect(f"status of {row.status}")
        visit(page, row, page_data)
        findings += [
            f"{row}: {finding}"
            for finding in shortcomings(page, check_accessibility)
            if not is_meant(row.page, finding)
        ]
    assert not findings, "\n".join(findings)


def is_meant(page: str, finding: str) -> bool:
    """The gallery shows each component twice, in both themes: landmarks of one name are what it is for."""
    return page == "gallery" and set(
        re.findall(r"^\s*([a-z-]+) \((?:minor|moderate|serious|critical)\)", finding, re.M)
    ) == {"landmark-unique"}


def shortcomings(page: Page, check_accessibility) -> list[str]:
    """What is wrong with the page as it stands, with all that can be opened open."""
    open_all(page)
    found = []
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{page.url} has {headings} first headings")
    try:
        check_accessibility(page)
    except AssertionError as error:
        found.append(str(error))
    return found
