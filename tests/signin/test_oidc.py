"""Signing in through a provider that is not ours: who gets in, and as what."""

import json
import socket
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from requests_app.core.people.models import Role
from tests.helpers.people import has
from tests.helpers.refusals import fresh
from tests.helpers.web import words
from tests.signin.provider import SITE, Surfer
from tests.signin.refusals import events, is_refused
from tests.standin.tls import TlsProxy, make_certificate

pytestmark = pytest.mark.django_db

ALL_ROLES = ("legal_reviewer", "registrar")


def test_role_and_second_factor_lead_to_where_one_was_going(configured, surfer, known):
    karin = known("karin")
    configured.tell("oid-karin", "legal_reviewer")
    answer = surfer.sign_in("/sign-in/?next=/search/")
    assert (answer.status_code, answer.url) == (302, "/search/")
    assert surfer.client.get("/").context["user"] == karin
    assert fresh(karin).directory_roles == ["legal_reviewer"]
    assert events("user.signed_in") == 1


def test_what_is_sent_has_pkce_nonce_and_state(configured, surfer):
    address = surfer.client.get("/sign-in/").url
    for part in ("code_challenge_method=S256", "nonce=", "state=", "max_age=28800"):
        assert part in address


def test_without_a_second_factor_nobody_gets_in(configured, surfer, known):
    known("karin")
    configured.tell("oid-karin", "legal_reviewer", amr=["pwd"])
    assert is_refused(surfer.sign_in(), "utan en andra faktor")
    assert surfer.client.get("/").status_code == 302


def test_the_second_factor_may_be_another_claim_which_is_then_asked_for(
    configured, settings, known
):
    """As with the authentication contexts of Entra ID."""
    (own,) = settings.IDENTITY_PROVIDERS
    more = {"person_claim": "oid", "mfa_claim": "acrs", "mfa_values": ("c1",)}
    settings.IDENTITY_PROVIDERS = (own.__class__(**{**own.__dict__, **more}),)
    known("karin")
    claims = {"oid": "oid-karin", "acrs": ["c2"]}
    configured.tell("x", "legal_reviewer", claims=claims)
    surfer = Surfer(Client())
    assert "utan en andra faktor" in words(surfer.sign_in())
    asked = parse_qs(urlsplit(surfer.client.get("/sign-in/").url).query)["claims"]
    wanted = {"acrs": {"essential": True, "value": "c1"}}
    assert json.loads(asked[0]) == {"id_token": wanted}
    configured.tell("x", "legal_reviewer", claims={**claims, "acrs": ["c1"]})
    assert surfer.sign_in().status_code == 302


def test_without_a_role_nobody_gets_in_and_the_right_is_gone(
    cast, configured, surfer, known
):
    karin = known("karin")
    assert has(karin, Role.LEGAL_REVIEWER, cast.gsn)
    configured.tell("oid-karin")
    assert is_refused(surfer.sign_in(), "ingen roll i Lockbox")
    assert not has(fresh(karin), Role.LEGAL_REVIEWER, cast.gsn)


def test_a_role_of_the_directory_alone_is_no_right(cast, configured, surfer, known):
    karin = known("karin")
    configured.tell("oid-karin", "decision_maker", "legal_reviewer")
    surfer.sign_in()
    assert not has(fresh(karin), Role.DECISION_MAKER, cast.gsn)
    assert has(fresh(karin), Role.LEGAL_REVIEWER, cast.gsn)


def test_a_changed_role_holds_from_the_next_sign_in_on(cast, configured, known):
    karin = known("karin")
    configured.tell("oid-karin", "legal_reviewer")
    Surfer(Client()).sign_in()
    assert has(fresh(karin), Role.LEGAL_REVIEWER, cast.gsn)
    configured.tell("oid-karin", "registrar")
    Surfer(Client()).sign_in()
    assert not has(fresh(karin), Role.LEGAL_REVIEWER, cast.gsn)


def test_an_unknown_role_is_told_and_on_record(configured, surfer, known):
    known("karin")
    configured.tell("oid-karin", "legal_reviewer", "sheriff")
    surfer.sign_in()
    assert "inte känner till: sheriff" in words(surfer.client.get("/"))
    assert events("user.role_unknown") == 1
    configured.tell("oid-karin", "sheriff")
    assert is_refused(Surfer(Client()).sign_in(), "sheriff")


def test_whoever_is_unknown_or_has_left_is_told_so(cast, configured, known):
    configured.tell("oid-nobody", "legal_reviewer")
    assert is_refused(Surfer(Client()).sign_in(), "oid-nobody")
    karin = known("karin")
    from requests_app.organisation.steps import deactivate

    deactivate(fresh(karin), by=cast.sam, reason="slutat")
    configured.tell("oid-karin", "legal_reviewer")
    assert "stängt" in words(Surfer(Client()).sign_in())


def test_whoever_breaks_it_off_is_told_that_nothing_happened(configured, surfer):
    configured.tell("oid-karin", deny=True)
    assert is_refused(surfer.sign_in(), "avbröt")


def test_a_role_in_the_directory_works_for_several_authorities(
    cast, configured, surfer, known
):
    from tests.helpers.people import give

    karin = known("karin")
    give(cast, karin, Role.REGISTRAR, cast.snc)
    configured.tell("oid-karin", *ALL_ROLES)
    surfer.sign_in()
    assert has(fresh(karin), Role.LEGAL_REVIEWER, cast.gsn)
    assert has(fresh(karin), Role.REGISTRAR, cast.snc)


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        ({"iss": "https://elsewhere.example"}, "en annan inloggningstjänst"),
        ({"aud": "another"}, "avsett för ett annat system"),
        ({"aud": ["lockbox", "another"], "azp": "another"}, "ett annat system"),
        ({"aud": "another", "azp": "lockbox"}, "ett annat system"),
        ({"nonce": "of another sign-in"}, "inte rätt undertecknat"),
        ({"signedBy": "another"}, "inte rätt undertecknat"),
        ({"exp": 1}, "Klockorna"),
    ],
    ids=["issuer", "audience", "party", "for another", "nonce", "signature", "expired"],
)
def test_what_is_not_the_providers_word_to_us_lets_nobody_in(
    configured, surfer, known, tamper, told
):
    known("karin")
    configured.tell("oid-karin", "legal_reviewer", tamper=tamper)
    assert is_refused(surfer.sign_in(), told)
    assert surfer.client.get("/").status_code == 302


def test_a_clock_five_minutes_ahead_is_told(configured, surfer, known):
    known("karin")
    configured.tell("oid-karin", "legal_reviewer", seconds=300)
    assert is_refused(surfer.sign_in(), "Klockorna")


def test_a_clock_five_minutes_behind_keeps_nobody_out(configured, surfer, known):
    """What it signs is older than it is, and still young enough."""
    known("karin")
    configured.tell("oid-karin", "legal_reviewer", seconds=-300)
    surfer.sign_in()
    assert surfer.client.get("/").status_code == 200


def test_another_issuer_than_the_configured_is_not_asked(configured, surfer, settings):
    (own,) = settings.IDENTITY_PROVIDERS
    settings.IDENTITY_PROVIDERS = (
        own.__class__(
            **{**own.__dict__, "issuer": own.issuer.replace("127.0.0.1", "localhost")}
        ),
    )
    assert is_refused(surfer.sign_in(), "en annan inloggningstjänst")


def test_a_provider_that_is_down_is_told_and_nothing_is_lost(
    configured, surfer, settings
):
    (own,) = settings.IDENTITY_PROVIDERS
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    settings.IDENTITY_PROVIDERS = (own.__class__(**{**own.__dict__, "issuer": nobody}),)
    answer = surfer.sign_in()
    assert is_refused(answer, "svarar inte", status=503)
    assert "lokalt konto" in words(answer)


@pytest.mark.parametrize("how", [{"ran_out": True}, {"here": False}])
def test_a_provider_whose_certificate_is_no_good_is_told_as_such(
    configured, surfer, settings, tmp_path, monkeypatch, caplog, how
):
    pem = make_certificate(tmp_path, "id.example", **how)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    (own,) = settings.IDENTITY_PROVIDERS
    with TlsProxy(int(own.issuer.rpartition(":")[2]), pem) as front:
        settings.IDENTITY_PROVIDERS = (
            own.__class__(**{**own.__dict__, "issuer": front.url}),
        )
        answer = surfer.sign_in()
    assert is_refused(answer, "certifikat går inte att lita på", status=503)
    assert "certificate verify failed" in caplog.text


def test_an_answer_that_nobody_asked_for_lets_nobody_in(configured, surfer, known):
    known("karin")
    configured.tell("oid-karin", "legal_reviewer")
    back = surfer.through(surfer.client.get("/sign-in/").url)
    assert back.startswith(SITE)
    # In another browser, and a second time in the same one.
    assert is_refused(Client().get(back), "Börja om")
    assert surfer.client.get(back).url == "/"
    assert surfer.client.get(back).status_code == 403


def test_whoever_has_an_identity_has_no_other_way_in(configured, known):
    from tests.cast import PASSWORD

    known("karin")
    told = {"username": "karin", "password": PASSWORD}
    assert "inte här" in words(Client().post("/login/", told))


def test_every_admin_site_leads_to_it(configured):
    from django.contrib.admin.sites import all_sites

    assert len(all_sites) == 1
    answer = Client().get("/", follow=True)
    assert "Logga in med Exempelstads inloggning" in words(answer)


def test_without_a_provider_there_is_no_such_way(db):
    assert Client().get("/sign-in/").status_code == 404
    assert Client().get("/sign-in/back/").status_code == 404


def test_signing_out_leads_on_to_signing_out_there(configured, surfer, known):
    known("karin")
    configured.tell("oid-karin", "legal_reviewer")
    surfer.sign_in()
    page = surfer.client.post("/logout/")
    there = page.context["elsewhere"]
    assert there.startswith(configured.url)
    assert surfer.client.get("/").status_code == 302
    shown = surfer.elsewhere.get(there, timeout=30)
    assert shown.status_code == 200 and "oops" not in shown.text.lower()
