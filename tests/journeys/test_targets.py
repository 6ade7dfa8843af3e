"""What numb fingers press is big enough: 56 pixels for patients and visitors, 44 for the team.

Links inside a sentence may be as high as their line (WCAG 2.5.8 excepts them).
"""

import pytest

from tests.journeys.pages import ROWS, visit
from tests.journeys.stage import set_stage

pytestmark = pytest.mark.django_db(transaction=True)

SMALLEST = {"visitor": 56, "patient": 56, "team": 44}

#: Tall enough is measured on the whole of what can be pressed: a label with its box, a card with its link.
TOO_SMALL = """
smallest => {
  const inSentence = element => {
    if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
    const around = element.closest("p, li, dd, td, blockquote");
    return around !== null && around.innerText.trim().length > element.innerText.trim().length + 12;
  };
  const pressed = element => {
    const label = element.closest("label") || (element.labels && element.labels[0]);
    if (element.matches("[type=checkbox], [type=radio]") && label) {
      const parts = [element, label].map(one => one.getBoundingClientRect());
      return Math.max(...parts.map(one => one.bottom)) - Math.min(...parts.map(one => one.top));
    }
    const own = element.getBoundingClientRect().height;
    const over = getComputedStyle(element, "::after");
    return over.content !== "none" && over.position === "absolute" ? Math.max(own, parseFloat(over.height)) : own;
  };
  return [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")]
    .filter(element => element.checkVisibility({ visibilityProperty: true }))
    .filter(element => !element.closest(".skip, .unchanged, .visually-hidden") && !inSentence(element))
    .filter(element => pressed(element) < smallest - 0.5)
    .map(element => `${Math.round(pressed(element))} px: ${element.outerHTML.slice(0, 110)}`);
}
"""


@pytest.mark.parametrize("area", SMALLEST)
def test_whatever_can_be_pressed_is_big_enough(open_device, live_server, watch, area):
    stage = set_stage()
    page = open_device("phone")
    watch.expect("status of 404", "status of 403")
    findings: dict[str, str] = {}
    for row in (row for row in ROWS if row.area == area and row.status == 200):
        if row.page.startswith("gallery") or row.page == "personas":
            continue  # for developers
        stage.sign_in(page, row.who, live_server.url)
        visit(page, row, stage)
        smallest = SMALLEST["team" if row.page.startswith("account_") else area]  # only the team has accounts
        for small in page.evaluate(TOO_SMALL, smallest):
            findings.setdefault(small, f"{row.who} at {row.page}")
    assert not findings, "\n".join(f"{where}: {small}" for small, where in findings.items())


def test_a_small_button_is_noticed_and_a_link_in_a_sentence_is_not(phone):
    phone.goto("/safety/")
    before = phone.evaluate(TOO_SMALL, 56)
    phone.evaluate(
        """() => document.querySelector("h1").insertAdjacentHTML(
            "afterend", "<p>Read all about it <a href='#here'>here</a> and then go on.</p><button>Tiny</button>"
        )"""
    )
    new = [small for small in phone.evaluate(TOO_SMALL, 56) if small not in before]
    assert len(new) == 1
    assert "Tiny" in new[0]
