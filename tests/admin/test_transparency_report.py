"""Whoever may publish looks at the year, draws it up and fetches it."""

import hashlib

import pytest

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.disclosure.models import TransparencyReport
from tests.helpers.web import fetch, page, signed_in, words

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]
ADD = "/requests_app/transparencyreport/add/"


def typed(cast, **more):
    place = "https://www.example.se/oppna-data"
    return {
        "authority": cast.gsn.pk,
        "year": acting.today().year,
        "place": place,
        **more,
    }


def test_a_registrar_looks_draws_up_and_fetches_three_files(cast):
    cast.answered()
    lena = signed_in(cast.lena)
    seen = lena.post(ADD, typed(cast, look="1"))
    assert "Microsoft 365: begäranden och beslut" in words(seen)
    assert not TransparencyReport.objects.exists()
    shown = seen.context["form"].data["shown"]
    assert lena.post(ADD, typed(cast, shown=shown, make="1")).status_code == 302
    made = TransparencyReport.objects.get()
    _, queries = fetch(lena, page(made))
    assert len(queries) <= 12
    paper = lena.get(page(made, "document"))
    assert hashlib.sha256(paper.content).hexdigest() == made.sha256
    assert "-2" in paper.headers["Content-Disposition"]
    assert b"1\xe2\x80\x934" in lena.get(page(made, "numbers")).content
    assert "dcat:Dataset" in lena.get(page(made, "description")).content.decode()
    read = LedgerEntry.objects.filter(event="transparency_report.read")
    assert read.count() == 3


def test_what_has_changed_since_it_was_looked_at_is_looked_at_again(cast):
    lena = signed_in(cast.lena)
    shown = lena.post(ADD, typed(cast, look="1")).context["form"].data["shown"]
    cast.new(number="1")
    answer = lena.post(ADD, typed(cast, shown=shown, make="1"))
    assert "har ändrats sedan du såg dem" in words(answer)
    assert not TransparencyReport.objects.exists()


@pytest.mark.parametrize(
    "field, text, why",
    [
        ("year", "1999", "Året ligger mellan 2020 och"),
        ("place", "http://www.example.se", "giltig URL"),
        ("place", "hemsidan", "giltig URL"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(cast, field, text, why):
    answer = signed_in(cast.lena).post(ADD, typed(cast, look="1", **{field: text}))
    assert answer.status_code == 200 and why in words(answer)
    assert not TransparencyReport.objects.exists()


def test_only_whoever_publishes_draws_it_up(cast):
    for person in (cast.ivar, cast.per, cast.agnes, cast.eva):
        assert signed_in(person).get(ADD).status_code == 403
    answer = signed_in(cast.rut).post(ADD, typed(cast, look="1"))
    assert answer.context["form"].errors["authority"]
