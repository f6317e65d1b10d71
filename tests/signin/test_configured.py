"""What an operator may say of the identity provider."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from lockbox_site import configuration
from lockbox_site.configuration import identity_providers

USUAL = {
    "ISSUER": "https://login.example.se/tenant/v2.0",
    "CLIENT_ID": "lockbox",
    "CLIENT_SECRET": "hemlig",
}


@pytest.fixture
def configure(monkeypatch):
    def configure(**values):
        for name, value in {**USUAL, **values}.items():
            monkeypatch.setenv(f"LOCKBOX_OIDC_{name}", value)
        return identity_providers()

    return configure


def test_without_an_issuer_there_is_no_provider(configure):
    assert configure(ISSUER="") == ()


def test_the_usual_claims_and_the_name_of_the_host(configure):
    (own,) = configure()
    assert (own.person_claim, own.roles_claim, own.mfa_claim) == ("sub", "roles", "amr")
    assert own.name == "login.example.se" and own.mfa_values == ("mfa",)
    assert "hemlig" not in repr(own)


def test_the_secret_may_lie_in_a_file(configure, tmp_path):
    file = tmp_path / "secret"
    file.write_text("ur filen\n")
    (own,) = configure(CLIENT_SECRET_FILE=str(file))
    assert own.client_secret == "ur filen"


@pytest.mark.parametrize("issuer", ["http://login.example.se", "login.example.se", "x"])
def test_a_provider_that_is_asked_in_the_clear_is_refused(configure, issuer):
    with pytest.raises(ImproperlyConfigured, match="https"):
        configure(ISSUER=issuer)


def test_what_is_missing_or_switches_the_second_factor_off_is_refused(
    configure, monkeypatch
):
    with pytest.raises(ImproperlyConfigured, match="MFA_VALUES"):
        configure(MFA_VALUES=" ")
    monkeypatch.delenv("LOCKBOX_OIDC_CLIENT_SECRET")
    monkeypatch.setenv("LOCKBOX_OIDC_MFA_VALUES", "mfa")
    with pytest.raises(ImproperlyConfigured, match="CLIENT_SECRET"):
        identity_providers()


def test_the_pause_before_a_decision_has_limits(monkeypatch):
    """And a lower: within no time at all nobody would ever sign one."""
    for value in ("61", "-1", "long", "0"):
        monkeypatch.setenv("LOCKBOX_STEP_UP_MINUTES", value)
        with pytest.raises(ImproperlyConfigured, match="1 to 60"):
            configuration.number("LOCKBOX_STEP_UP_MINUTES", 15, "1 to 60", 1, 60)


TWO = {
    "MUNICIPALITIES": "999900-0004,999900-0012",
    "9999000004_ISSUER": "https://id.exempelstad.example",
    "9999000004_CLIENT_ID": "lockbox",
    "9999000004_CLIENT_SECRET": "hemlig",
    "9999000012_ISSUER": "https://id.grannstad.example",
    "9999000012_CLIENT_ID": "lockbox",
    "9999000012_CLIENT_SECRET": "hemlig",
    "9999000012_PERSON_CLAIM": "oid",
}


def test_each_municipality_has_a_provider_of_its_own(configure):
    exempelstad, grannstad = configure(**TWO)
    assert exempelstad.municipality == "999900-0004"
    assert (grannstad.issuer, grannstad.person_claim) == (
        "https://id.grannstad.example",
        "oid",
    )


def test_an_issuer_that_two_claim_is_refused(configure):
    same = {"9999000012_ISSUER": TWO["9999000004_ISSUER"]}
    with pytest.raises(ImproperlyConfigured, match="both 999900-0004 and 999900-0012"):
        configure(**{**TWO, **same})
