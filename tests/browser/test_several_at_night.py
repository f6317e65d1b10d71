"""Thirty requests at night: registered, and given out, each in one go."""

import pytest

from requests_app.cases.intake.models.review import SecrecyReview

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]
MOST = 12
SCREEN = 900


def test_thirty_are_registered_in_few_presses_on_two_screens(
    cast, begin, counted, capsys
):
    for number in range(30):
        cast.new(number=f"N-{number}")
    lena = begin("lena")
    lena.page.set_viewport_size({"width": 1280, "height": SCREEN})
    before = len(counted)
    lena.page.get_by_role("link", name="Registrera flera (30)").click()
    lena.page.get_by_role("link", name="Markera alla").click()
    height = lena.page.evaluate("document.documentElement.scrollHeight")
    lena.fits("registrera-flera")
    lena.page.get_by_role("button", name="Registrera flera").click()
    lena.reads("30 ärenden har registrerats")
    rows = SecrecyReview.objects.all()
    assert {row.status for row in rows} == {"registered"}
    assert len({row.diary_number for row in rows}) == 30
    presses = len(counted) - before
    with capsys.disabled():
        print(f"\n30 registered: {presses} presses, {height / SCREEN:.1f} screens")
    assert presses <= MOST and height <= 2 * SCREEN
