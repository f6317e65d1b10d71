"""Accounts: made, closed and opened again, and a password that nobody else knows."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.core.people.models import RoleAssignment
from requests_app.core.people.rights import has_role
from requests_app.organisation import steps as account
from tests.helpers.people import DAY, engage, enter
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import fetch, page, signed_in, step_url, words

pytestmark = pytest.mark.django_db

ADD = "/lockbox_site/user/add/"
CHOSEN = {
    "new_password1": "mycket lång och egen",
    "new_password2": "mycket lång och egen",
}


def made_by(administrator, username="nya"):
    told = {
        "username": username,
        "first_name": "Ny",
        "last_name": "Test",
        "language": "sv",
    }
    answer = signed_in(administrator).post(reverse("admin:lockbox_site_user_add"), told)
    person = get_user_model().objects.get(username=username)
    assert answer.url == step_url(person, "link")
    return person


def choose(link, client=None, told=CHOSEN):
    client = client or Client()
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], told)


def test_the_form_of_a_new_account_asks_for_no_password(cast):
    form = signed_in(cast.sam).get(reverse("admin:lockbox_site_user_add"))
    assert b'name="password' not in form.content
    person = made_by(cast.sam)
    assert person.made_by == cast.sam and not person.has_usable_password()


def test_a_link_is_shown_once_used_once_and_on_record(cast):
    person = made_by(cast.sam)
    answer = signed_in(cast.sam).post(step_url(person, "link"), {"do": "1"})
    link = answer.context["given"]
    assert link.encode() in answer.content
    assert choose(link).status_code == 302
    assert fresh(person).check_password(CHOSEN["new_password1"])
    again = Client().get(link, follow=True)
    assert again.context["form"] is None
    events = set(LedgerEntry.objects.values_list("event", flat=True))
    assert events >= {
        "user.link_made",
        "user.link_opened",
        "user.password_chosen",
        "user.link_refused",
    }


def test_a_link_is_void_after_a_day_after_another_and_when_the_account_is_closed(cast):
    person = made_by(cast.sam)
    first = account.make_link(fresh(person), by=cast.sam)
    second = account.make_link(fresh(person), by=cast.sam)
    assert Client().get(first, follow=True).context["form"] is None
    token = second.rstrip("/").rpartition("/")[2]
    late = account.LinkTokens()
    late._now = lambda: account.LINKS._now() + timedelta(hours=25)
    assert account.LINKS.check_token(fresh(person), token)
    assert not late.check_token(fresh(person), token)
    account.deactivate(fresh(person), by=cast.sam, reason="x")
    assert Client().get(second, follow=True).context["form"] is None
    odd = reverse("choose_password", args=["x" * 40, "y"])
    assert Client().get(odd).context["form"] is None


def test_what_is_typed_wrong_is_told_beside_the_field(cast):
    person = made_by(cast.sam)
    link = account.make_link(fresh(person), by=cast.sam)
    answer = choose(link, told={"new_password1": "kort", "new_password2": "kort"})
    assert answer.status_code == 200 and answer.context["form"].errors


def test_roles_wait_for_a_manager_when_a_link_has_been_used(cast):
    """Else an administrator could be anybody by opening the link first."""
    link = account.make_link(cast.karin, by=cast.sam)
    assert has_role(cast.karin, "legal_reviewer")
    choose(link)
    assert not has_role(cast.karin, "legal_reviewer")
    row = RoleAssignment.objects.get(person=cast.karin)
    refused(PermissionDenied, account.confirm_role, row, by=cast.sam)
    account.confirm_role(row, by=cast.pia)
    assert has_role(cast.karin, "legal_reviewer")


def test_only_administrators_make_links_and_not_for_themselves(cast):
    for by in (cast.per, cast.karin, cast.agnes):
        refused(PermissionDenied, account.make_link, cast.jonas, by=by)
    refused(PermissionDenied, account.make_link, cast.sam, by=cast.sam)


def test_no_address_sets_somebody_elses_password():
    names = {
        str(pattern.name)
        for pattern in get_resolver().url_patterns[-1].url_patterns
        if hasattr(pattern, "name")
    }
    assert {name for name in names if "password" in name} == {
        "password_change",
        "password_change_done",
    }
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[1])


@pytest.mark.parametrize(
    "path", ["/lockbox_site/user/{}/password/", "/auth/user/{}/password/"]
)
def test_djangos_own_password_page_is_shut(cast, path):
    assert signed_in(cast.sam).get(path.format(cast.karin.pk)).status_code == 404


def test_an_old_session_does_not_come_back_with_the_account(cast):
    client = signed_in(cast.karin)
    assert client.get("/").status_code == 200
    account.deactivate(cast.karin, by=cast.sam, reason="Leaves")
    assert client.get("/").status_code == 302
    account.reactivate(cast.karin, by=cast.sam, reason="Back")
    assert client.get("/").status_code == 302
    assert not has_role(cast.karin, "legal_reviewer")
    account.confirm_role(RoleAssignment.objects.get(person=cast.karin), by=cast.pia)
    assert has_role(cast.karin, "legal_reviewer")


def test_a_manager_closes_an_account_whose_roles_are_all_at_the_own_authority(cast):
    refused(PermissionDenied, account.deactivate, cast.rut, by=cast.per, reason="x")
    refused(PermissionDenied, account.deactivate, cast.per, by=cast.per, reason="x")
    both = engage(cast, "both", "registrar", cast.gsn)
    account.deactivate(cast.jonas, by=cast.per, reason="Leaves")
    assert not cast.jonas.is_active
    with acting.at(DAY):
        row = enter(
            cast,
            both,
            "dpo",
            by=engage(cast, "nis1", "it_manager", cast.nis),
            authority=cast.snc,
        )
    account.confirm_role(row, by=engage(cast, "nis2", "it_manager", cast.nis))
    refused(PermissionDenied, account.deactivate, both, by=cast.per, reason="x")


def test_a_manager_sees_the_people_of_the_own_authority_and_finds_all_to_give_roles(
    cast,
):
    per, sam = signed_in(cast.per), signed_in(cast.sam)
    fetch(per, page(cast.rut), status=404)
    fetch(per, page(cast.jonas))
    fetch(sam, page(cast.rut))
    found = per.get(
        "/autocomplete/?term=Rut&app_label=requests_app&model_name=roleassignment&field_name=person"
    )
    assert [row["id"] for row in found.json()["results"]] == [str(cast.rut.pk)]


def test_the_name_of_an_account_is_not_taken_in_other_capitals(cast):
    told = {"username": "KARIN", "language": "sv"}
    answer = signed_in(cast.sam).post(reverse("admin:lockbox_site_user_add"), told)
    assert answer.context["adminform"].form.errors["username"]


def test_signing_in_makes_no_change_of_ones_own_roles(cast):
    """Only the link does: a password of one's own choice is no news."""
    told = {"old_password": "correct horse battery", **CHOSEN}
    client = signed_in(cast.karin)
    assert client.post("/password_change/", told).status_code == 302
    assert has_role(cast.karin, "legal_reviewer")
    with acting_as(cast.karin):
        cast.karin.save()


def test_who_closes_an_account_or_ends_a_role_is_told_whom_nobody_replaces(cast):
    """Of the only registrar of a board; with another one nothing is told."""
    held = RoleAssignment.objects.get(person=cast.lena)
    pages = (
        (cast.sam, step_url(cast.lena, "deactivate")),
        (cast.per, step_url(held, "end")),
        (cast.per, step_url(held, "suspend")),
    )
    missed = "Ingen annan har den här rollen: Registrator, Grundskolenämnden."
    for person, at in pages:
        assert missed in words(signed_in(person).get(at)), at
    engage(cast, "lisa", "registrar", cast.gsn)
    for person, at in pages:
        assert "Ingen annan har den här rollen" not in words(signed_in(person).get(at))
