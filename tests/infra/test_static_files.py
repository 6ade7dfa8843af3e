"""Static files of Python packages: served under their prefix, and only what pages use is collected."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

FROM_PACKAGES = {
    "bootstrap/bootstrap.min.css",
    "bootstrap/bootstrap.min.css.map",
    "fonts/AtkinsonHyperlegible-Bold.ttf",
    "fonts/AtkinsonHyperlegible-Regular.ttf",
}


def test_bootstrap_and_the_font_are_found_under_their_prefix():
    for name in FROM_PACKAGES:
        assert finders.find(name), name


def test_collectstatic_takes_from_packages_only_what_pages_use(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, stdout=StringIO())

    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}

    assert {name for name in found if name.startswith(("bootstrap/", "fonts/"))} == FROM_PACKAGES
    assert {"css/surefoot.css", "admin/css/base.css"} <= found


@pytest.mark.parametrize("category", ["balance", "aerobic", "stretching", "plain"])
def test_a_placeholder_is_dark_on_a_dark_page(category):
    svg = Path(finders.find(f"img/plate-{category}.svg")).read_text()
    light = re.search(r'<rect [^>]*fill="#(\w{6})"', svg)[1]
    dark = re.search(r"@media \(prefers-color-scheme:dark\)\{rect\{fill:#(\w{6})\}g\{stroke:#\w{3}\}\}", svg)[
        1
    ]

    assert min(bytes.fromhex(light)) > 0xD0
    assert max(bytes.fromhex(dark)) < 0x40
