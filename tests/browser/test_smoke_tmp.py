import pytest
PAGES = ["/", "/clues/", "/intake/", "/intake/calls/new", "/umbrella/", "/search?q=渣土"]
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("login", ["operator", "office", "officer", "discipline"])
def test_pages(page_as, axe, no_sideways, login, width):
    page = page_as(login, width=width)
    said = []
    for url in PAGES:
        page.goto(url)
        page.wait_for_load_state("networkidle")
        for look in (axe, no_sideways):
            try: look(page)
            except AssertionError as e: said.append(str(e))
    assert not said, "\n".join(said)
