"""The pages of packages: look, take, and confirm in one sitting."""

import pytest
from django.urls import reverse

from requests_app.core.two_persons import RegisterChange
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.information import InformationSet, Origin
from requests_app.registers.rights import origins_waiting
from tests.helpers.packages import SMALL, settled, taken
from tests.helpers.web import fetch, page, signed_in, words

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]

PAGE = reverse("admin:packages")


def form(cast, **more):
    return {"source": "small", "authority": cast.gsn.pk, "as_read": "", **more}


def sitting(authority):
    return reverse("admin:taken", args=[authority.pk])


def ticked(response, name="rows"):
    return [line[0].entry.key for line in response.context["form"].lines() if line[2]]


def test_a_keeper_looks_takes_and_another_confirms_in_one_sitting(cast):
    ines = signed_in(cast.ines)
    assert "Startpaketet" in words(ines.get(reverse("admin:registers")))
    seen = ines.post(PAGE, form(cast, look="1"))
    assert "Barnavårdsakter" in words(seen) and "Inte känt" in words(seen)
    keys = ticked(seen)
    assert len(keys) > 45 and not Origin.objects.exists()
    assert "delegation/answer" not in keys
    sent = form(cast, take="1", as_read=SMALL.digest, rows=keys)
    assert ines.post(PAGE, sent).status_code == 302
    waiting = origins_waiting(cast.gsn).count()
    assert waiting == RegisterChange.objects.count() > 40

    own = words(ines.get(sitting(cast.gsn)))
    assert "Inget av det är ditt att avgöra" in own
    ivar = signed_in(cast.ivar)
    assert "Elevhälsa" in words(ivar.get(sitting(cast.gsn)))
    lines = ivar.get(sitting(cast.gsn)).context["form"].lines
    assert all(not line.why_not for line in lines)
    data = {f"seen_{line.pk}": line.version for line in lines}
    data |= {"rows": [line.pk for line in lines], "do": "confirm"}
    assert ivar.post(sitting(cast.gsn), data).status_code == 302
    made = InformationSet.objects.get(name="Bibliotek")
    shown = words(ines.get(page(made)))
    assert "startpaket-liten, utgåva 1, från Lockbox" in shown
    assert "Säger detsamma som ursprunget" in shown
    again = words(ines.post(PAGE, form(cast, look="1")))
    assert "Detsamma står här" in again


def test_what_is_ticked_is_kept_where_something_lacks(cast):
    lena = signed_in(cast.lena)
    sent = form(
        cast, take="1", as_read=SMALL.digest, rows=["delegation/answer", "text/board"]
    )
    answer = lena.post(PAGE, sent)
    assert answer.status_code == 200
    assert "skriv nämndens beslut" in words(answer)
    assert ticked(answer) == ["delegation/answer", "text/board"]
    assert not DelegationRule.objects.filter(item_no="LB 1").exists()
    sent |= {"board_decision": "2026-12-01 § 4", "delegated_from": "2026-12-02"}
    assert lena.post(PAGE, sent).status_code == 302
    rule = DelegationRule.objects.get(item_no="LB 1")
    assert (rule.board_decision, rule.confirmed_at) == ("2026-12-01 § 4", None)


def test_a_package_that_has_changed_since_is_looked_at_first(cast):
    sent = form(cast, take="1", as_read="0" * 64, rows=["set/bibliotek"])
    answer = signed_in(cast.ines).post(PAGE, sent)
    assert answer.status_code == 200 and not Origin.objects.exists()


def test_a_change_leads_to_all_that_waits(cast):
    taken(cast.ines, cast.gsn, keys={"set/bibliotek"})
    shown = signed_in(cast.ivar).get(page(RegisterChange.objects.get()))
    assert sitting(cast.gsn) in shown.content.decode()
    assert "OSL-40-3" in words(shown)


def test_a_refusal_says_why(cast):
    taken(cast.ines, cast.gsn, keys={"set/bibliotek"})
    ivar = signed_in(cast.ivar)
    (line,) = ivar.get(sitting(cast.gsn)).context["form"].lines
    sent = {"rows": [line.pk], f"seen_{line.pk}": line.version, "do": "refuse"}
    assert "Ange varför" in words(ivar.post(sitting(cast.gsn), sent))
    assert ivar.post(sitting(cast.gsn), {**sent, "reason": "Nej"}).status_code == 302
    assert not origins_waiting(cast.gsn).exists()
    assert not InformationSet.objects.filter(name="Bibliotek").exists()


@pytest.mark.parametrize(
    ("who", "takes", "reads"),
    [
        ("ines", 200, 200),
        ("lena", 200, 200),
        ("per", 200, 200),
        ("karin", 200, 200),
        ("ivar", 403, 200),
        ("agnes", 403, 200),
        ("dora", 403, 404),
        ("eva", 403, 404),
        ("rut", 200, 404),
    ],
)
def test_who_gets_there(cast, who, takes, reads):
    client = signed_in(getattr(cast, who))
    assert client.get(PAGE).status_code == takes
    assert client.get(sitting(cast.gsn)).status_code == reads


def test_a_page_of_all_that_waits_asks_no_more_for_more(cast):
    ivar = signed_in(cast.ivar)
    taken(cast.ines, cast.gsn, keys={"set/bibliotek"})
    _answer, few = fetch(ivar, sitting(cast.gsn))
    taken(cast.ines, cast.gsn, "information-sets")
    _answer, many = fetch(ivar, sitting(cast.gsn))
    assert len(many) <= len(few)
    settled(cast.ivar, cast.gsn)
