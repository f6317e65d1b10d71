"""Local accounts beside an identity provider: a second factor, and an alarm."""

import time

import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from lockbox_site import sign_in as lockbox_site_sign_in
from lockbox_site.configuration import IdentityProvider
from lockbox_site.models import SecondFactor
from requests_app.core.people.rights import roles_of
from requests_app.organisation import steps as account
from tests.cast import PASSWORD
from tests.helpers.refusals import fresh
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CHOSEN = "mycket lång och egen"


@pytest.fixture(autouse=True)
def somewhere(settings):
    """There is a provider; these accounts are for when it is down."""
    settings.IDENTITY_PROVIDERS = (IdentityProvider(
        "http://127.0.0.1:9", "lockbox", "", "Inloggningen", "sub", "roles", "amr", ("mfa",)
    ),)  # fmt: skip


def code():
    return pyotp.TOTP(SECRET).now()


def sign_in(client=None, **more):
    told = {"username": "karin", "password": PASSWORD, **more}
    return (client or Client()).post("/login/", told)


def test_a_password_alone_is_not_enough(cast):
    assert sign_in(code="").status_code == 200
    answer = sign_in(code="123456")
    assert "ingen app för engångskoder" in words(answer)
    lockbox_site_sign_in.register(cast.karin, SECRET)
    assert "Engångskoden är fel" in words(sign_in(code="000000"))
    assert LedgerEntry.objects.filter(event="user.sign_in_refused").count() == 3


def test_a_code_is_good_once(cast):
    lockbox_site_sign_in.register(cast.karin, SECRET)
    told = code()
    assert sign_in(code=told).status_code == 302
    assert "har använts" in words(sign_in(code=told))


def test_an_old_code_is_none(cast):
    lockbox_site_sign_in.register(cast.karin, SECRET)
    old = pyotp.TOTP(SECRET).at(int(time.time()) - 90)
    assert sign_in(code=old).status_code == 200


def test_each_use_is_told_to_those_in_charge_and_not_to_others(cast):
    lockbox_site_sign_in.register(cast.karin, SECRET)
    assert sign_in(code=code()).status_code == 302
    assert LedgerEntry.objects.filter(event="user.broke_glass").count() == 1
    for name in ("per", "ivar", "sixten"):
        page = words(signed_in(getattr(cast, name)).get("/"))
        assert "Lokalt konto: " + str(cast.karin) in page, name
    for name in ("jonas", "didrik"):
        assert "Lokalt konto" not in words(signed_in(getattr(cast, name)).get("/"))


def test_the_link_registers_the_app_with_the_password(cast):
    link = account.make_link(cast.karin, by=cast.sam)
    client = Client()
    page = client.get(link, follow=True)
    form, path = page.context["form"], page.request["PATH_INFO"]
    assert form.key in words(page)
    told = {"new_password1": CHOSEN, "new_password2": CHOSEN, "code": "000000"}
    assert "code" in client.post(path, told).context["form"].errors
    told["code"] = pyotp.TOTP(form.secret).now()
    assert client.post(path, told).status_code == 302
    assert fresh(cast.karin).check_password(CHOSEN)
    assert form.secret not in SecondFactor.objects.get().secret
    later = pyotp.TOTP(form.secret).at(int(time.time()) + 30)
    assert sign_in(password=CHOSEN, code=later).status_code == 302
    assert not roles_of(cast.karin)


def test_at_a_computer_that_two_share_each_registers_a_secret_of_their_own(cast):
    client = Client()
    links = [
        account.make_link(person, by=cast.sam) for person in (cast.karin, cast.jonas)
    ]
    first, second, again = (
        client.get(link, follow=True).context["form"].secret
        for link in (*links, links[0])
    )
    assert first == again != second


def test_the_code_is_asked_before_a_decision_too(cast):
    lockbox_site_sign_in.register(cast.bo, SECRET)
    client = signed_in(cast.bo)
    path = "/confirm-identity/"
    assert "code" in client.post(path, {"password": PASSWORD}).context["form"].errors
    told = {"password": PASSWORD, "code": code()}
    assert client.post(path, told).status_code == 302


def test_the_database_lets_nobody_register_for_somebody_else(cast):
    refusal = pytest.raises(DatabaseError, match="by the person alone")
    with refusal, transaction.atomic(), acting_as(cast.sam):
        SecondFactor.objects.create(person=cast.karin, secret="x")
    lockbox_site_sign_in.register(cast.karin, SECRET)
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(cast.karin):
        SecondFactor.objects.all().delete()


def test_what_codes_are_made_of_is_in_no_log(cast):
    lockbox_site_sign_in.register(cast.karin, SECRET)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from audit_app_ledgerdetail"
            " where position(%s in body) > 0 or position(%s in body) > 0",
            [SECRET, SecondFactor.objects.get().secret],
        )
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "select has_column_privilege('lockbox_auditor',"
            " 'lockbox_site_secondfactor', 'secret', 'select')"
        )
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize("password", ["Sommar26", "Sommar2026!!", "elva tecken"])
def test_a_password_that_is_guessed_is_refused(cast, password):
    told = {"old_password": PASSWORD, "new_password1": password}
    told["new_password2"] = password
    answer = signed_in(cast.karin).post("/password_change/", told)
    assert answer.context["form"].errors["new_password2"]


def test_from_the_command_line_there_is_a_link_and_no_password(cast, capsys):
    with pytest.raises(CommandError, match="by the person alone"):
        call_command("changepassword", "karin")
    call_command("password_link", "karin")
    link = capsys.readouterr().out.splitlines()[-1]
    assert Client().get(link, follow=True).context["form"] is not None
    with pytest.raises(CommandError, match="Nobody has"):
        call_command("password_link", "nobody-at-all")


def test_whoever_has_an_identity_gets_no_link_from_the_command_line_either(cast):
    """It would take the roles away, and let nobody in."""
    call_command("link_identity", "karin", "oid-1")
    epoch = fresh(cast.karin).session_epoch
    with pytest.raises(CommandError, match="egen inloggning"):
        call_command("password_link", "karin")
    assert fresh(cast.karin).session_epoch == epoch


def test_identities_are_entered_at_delivery_with_the_owners_login(cast, capsys):
    call_command("link_identity", "karin", "oid-1")
    assert fresh(cast.karin).identity == "oid-1"
    assert roles_of(cast.karin)
    with pytest.raises(CommandError, match="Another account"):
        call_command("link_identity", "jonas", "oid-1")
    for nobodys, said in ((" ", "empty"), ("x" * 300, "255")):
        with pytest.raises(CommandError, match=said):
            call_command("link_identity", "jonas", nobodys)
    assert fresh(cast.jonas).identity is None
