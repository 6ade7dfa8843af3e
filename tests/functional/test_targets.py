"""What numb fingers press is big enough: 56 pixels for patients and visitors, 44 for the team, and 16 pixels stand
between one and the next on the patients' pages.

Links inside a sentence may be as high as their line (WCAG 2.5.8 excepts them).
"""

import pytest

from tests.functional.fixtures import make_page_data
from tests.functional.pages import ROWS, visit

pytestmark = pytest.mark.django_db(transaction=True)

#: Height and width. The team's tables are full of short names, which are links as wide as they are.
SMALLEST = {"visitor": (56, 56), "patient": (56, 56), "team": (44, 0)}
APART = 16
#: Patients meet these before they are signed in.
WAYS_IN = {"sign_in", "card_sign_in", "card_link", "display"}

#: What can be pressed, each as a whole: a label with its box, a card with its link.
TARGETS = """
const inSentence = element => {
  if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
  const around = element.closest("p, li, dd, td, blockquote");
  return around !== null && around.innerText.trim().length > element.innerText.trim().length + 12;
};
const box = element => {
  const label = element.closest("label") || (element.labels && element.labels[0]);
  const parts = [element.getBoundingClientRect()];
  if (element.matches("[type=checkbox], [type=radio]") && label) parts.push(label.getBoundingClientRect());
  const over = getComputedStyle(element, "::after");
  if (over.content !== "none" && over.position === "absolute") {
    let card = element.parentElement;
    while (card.parentElement && getComputedStyle(card).position === "static") card = card.parentElement;
    parts.push(card.getBoundingClientRect());
  }
  const left = Math.min(...parts.map(one => one.left)), right = Math.max(...parts.map(one => one.right));
  const top = Math.min(...parts.map(one => one.top)), bottom = Math.max(...parts.map(one => one.bottom));
  return { left, right, top, bottom, width: right - left, height: bottom - top };
};
const pressable = "a[href], button, summary, select, textarea, input:not([type=hidden])";
const targets = () => [...document.querySelectorAll(pressable)]
  .filter(element => element.checkVisibility({ visibilityProperty: true }))
  .filter(element => !element.closest(".skip, .unchanged, .visually-hidden") && !inSentence(element))
  .map(element => ({ element, ...box(element) }));
const name = element => element.outerHTML.replace(/\\s+/g, " ").slice(0, 110);
"""

TOO_SMALL = f"""
([lowest, narrowest]) => {{
  {TARGETS}
  return targets().filter(one => one.height < lowest - 0.5 || one.width < narrowest - 0.5)
    .map(one => `${{Math.round(one.width)}} × ${{Math.round(one.height)}} px: ${{name(one.element)}}`);
}}
"""

#: Pairs that a finger which lands beside one might press instead. Parts of one field stand together.
TOO_CLOSE = f"""
apart => {{
  {TARGETS}
  const found = [];
  const all = targets();
  all.forEach((one, place) => all.slice(place + 1).forEach(other => {{
    if (one.element.contains(other.element) || other.element.contains(one.element)) return;
    const across = Math.max(one.left, other.left) - Math.min(one.right, other.right);
    const along = Math.max(one.top, other.top) - Math.min(one.bottom, other.bottom);
    if (Math.max(across, along) < apart - 0.5) {{
      found.push(`${{Math.round(Math.max(across, along))}} px: ${{name(one.element)}} and ${{name(other.element)}}`);
    }}
  }}));
  return found;
}}
"""


@pytest.mark.parametrize("area", SMALLEST)
def test_whatever_can_be_pressed_is_big_enough(open_device, live_server, browser_monitor, area):
    page_data = make_page_data()
    page = open_device("phone")
    browser_monitor.expect("status of 404", "status of 403")
    findings: dict[str, str] = {}
    for row in (row for row in ROWS if row.area == area and row.status == 200):
        if row.page.startswith("gallery") or row.page == "personas":
            continue  # for developers
        page_data.sign_in(page, row.who, live_server.url)
        visit(page, row, page_data)
        smallest = SMALLEST["team" if row.page.startswith("account_") else area]  # only the team has accounts
        for small in page.evaluate(TOO_SMALL, list(smallest)):
            findings.setdefault(small, f"{row.who} at {row.page}")
    assert not findings, "\n".join(f"{where}: {small}" for small, where in findings.items())


@pytest.mark.parametrize(
    "choice", ["t1.device.device.read", "t3.device.device.read"], ids=["normal", "largest"]
)
def test_whatever_a_patient_can_press_stands_apart_from_the_next(
    open_device, live_server, browser_monitor, choice
):
    page_data = make_page_data()
    page = open_device("phone")
    browser_monitor.expect("status of 404", "status of 403")
    findings: dict[str, str] = {}
    for row in (row for row in ROWS if row.status == 200):
        if row.area != "patient" and row.page not in WAYS_IN:
            continue
        page_data.sign_in(page, row.who, live_server.url)
        page.context.add_cookies([{"name": "display", "value": choice, "url": live_server.url}])
        visit(page, row, page_data)
        for close in page.evaluate(TOO_CLOSE, APART):
            findings.setdefault(close, f"{row.who} at {row.page}")
    assert not findings, "\n".join(f"{where}: {close}" for close, where in findings.items())


def test_buttons_side_by_side_without_room_are_noticed(phone):
    phone.goto("/safety/")
    before = phone.evaluate(TOO_CLOSE, APART)
    phone.evaluate(
        """() => document.querySelector("h1").insertAdjacentHTML(
            "afterend", "<p class='cluster cluster-tight'><button>Yes</button><button>No</button></p>"
        )"""
    )
    new = [close for close in phone.evaluate(TOO_CLOSE, APART) if close not in before]
    assert len(new) == 1
    assert "Yes" in new[0]


def test_a_small_button_is_noticed_and_a_link_in_a_sentence_is_not(phone):
    phone.goto("/safety/")
    before = phone.evaluate(TOO_SMALL, [56, 56])
    phone.evaluate(
        """() => document.querySelector("h1").insertAdjacentHTML(
            "afterend", "<p>Read all about it <a href='#here'>here</a> and then go on.</p><button>Tiny</button>"
        )"""
    )
    new = [small for small in phone.evaluate(TOO_SMALL, [56, 56]) if small not in before]
    assert len(new) == 1
    assert "Tiny" in new[0]
