"""The short addresses in the codes on paper, and the page that says whom to ring."""

import pytest
from flask.testing import FlaskClient

from tests.pages.reading import Page, Reader


@pytest.mark.parametrize(
    ("short", "page"),
    [
        ("/S/SLEEP-CLINIC", "/service/sleep-clinic"),
        ("/s/sleep-clinic", "/service/sleep-clinic"),
        ("/H/QUAYSIDE-FAMILY-HUB", "/hub/quayside-family-hub"),
        ("/h/quayside-family-hub", "/hub/quayside-family-hub"),
        ("/C/CHILD-TAX-CREDIT", "/catalogue/child-tax-credit"),
        ("/c/child-tax-credit", "/catalogue/child-tax-credit"),
        ("/ASK", "/ask"),
    ],
)
def test_a_code_leads_to_its_page_in_the_language_of_whoever_scans_it(
    client: FlaskClient, short: str, page: str
) -> None:
    for languages, address in (("", page), ("pl-PL,pl;q=0.9,en;q=0.5", f"/pl{page}"), ("fr", page)):
        response = client.get(short, headers={"Accept-Language": languages})
        assert (response.status_code, response.headers["Location"]) == (302, address)
        assert response.headers["Vary"].startswith("Accept-Language")
        assert response.headers["Cache-Control"] == "no-store"
        assert client.get(address).status_code == 200


def test_whoever_asks_for_help_is_led_to_their_own_language(client: FlaskClient) -> None:
    assert client.get("/ASK", headers={"Accept-Language": "so"}).headers["Location"] == "/so/ask"


@pytest.mark.parametrize("short", ["/S/NO-SUCH-THING", "/h/refuge", "/c/no-such-thing"])
def test_a_code_of_nothing_leads_to_the_page_that_says_so(client: FlaskClient, short: str) -> None:
    response = client.get(short, follow_redirects=True)
    assert response.status_code == 404
    assert "01632 960999" in response.get_data(as_text=True)


def test_whoever_asks_for_help_is_told_whom_to_ring(read: Reader) -> None:
    page = read("/ask")
    assert page.links["01632 960100"] == "tel:01632960100"
    assert page.text.index("01632 960100") < page.text.index("Or go to your family hub")
    assert page.links["Answer a few plain questions"] == "/guide"


@pytest.mark.parametrize(("typed", "status"), [("ZA1 4Q", 400), ("", 400), ("xyzzyx", 404), ("Eelby", 200)])
def test_a_place_that_cannot_be_used_leaves_the_number(client: FlaskClient, typed: str, status: int) -> None:
    response = client.post("/ask", data={"place": typed})
    page = Page(response.status_code, response.get_data(as_text=True))
    assert page.status == status
    assert page.links["01632 960100"] == "tel:01632960100"
