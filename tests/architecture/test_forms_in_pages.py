"""The reader of forms that the crawl with foreign ids uses."""

from tests.architecture.forms_in_pages import forms_in


def test_the_forms_of_a_page_are_read_as_a_browser_reads_them():
    page = """<form id="a" method="post" action="/x/"><input name="t"><input type="hidden" name="h" value="1">
      <select name="s"><option value="2">two</option><option value="3" selected>three</option></select>
      <input type="checkbox" name="c" value="4"><input type="radio" name="r" value="5" checked>
      <button formaction="/y/" name="b" value="6">Go</button></form><input form="a" type="hidden" name="o" value="7">
      <form method="get"><input type="hidden" name="q" value="8"></form>"""
    (form,) = forms_in(page, "/page/")
    assert form.fields == {"t": [""], "h": ["1"], "s": ["3"], "r": ["5"], "o": ["7"]}
    assert list(form.not_typed) == ["h", "s", "c", "r", "o"]
    assert form.buttons == [("/y/", "b", "6")]
