"""Links for all new accounts at once, on a sheet that is seen once."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.organisation.steps import keep_account, make_link
from tests.helpers.refusals import fresh
from tests.helpers.web import fetch, lines, signed_in, words
from tests.lockbox_site.test_accounts import CHOSEN, choose

pytestmark = pytest.mark.django_db
PAGE = "/first-links/"
USERS = get_user_model().objects


def entered(cast, count, **more):
    """Accounts that sam has brought in, without a password."""
    people = []
    for number in range(count):
        person = USERS.model(
            username=f"ny{number}",
            first_name="Ny",
            last_name=f"Person {number}",
            **more,
        )
        with acting_as(cast.sam):
            keep_account(person, by=cast.sam)
        people.append(fresh(person))
    return people


def posted(client, *people, do="link"):
    seen = {f"seen_{person.pk}": person.session_epoch for person in people}
    rows = [person.pk for person in people]
    return client.post(PAGE, {"rows": rows, "do": do, **seen})


def links_on(answer):
    return re.findall(
        r"<code>http://testserver(/[^<]+)</code>", answer.content.decode()
    )


def made():
    return LedgerEntry.objects.filter(event="user.link_made").count()


def test_each_new_account_gets_its_own_link_on_one_sheet(cast):
    people = entered(cast, 30)
    client = signed_in(cast.sam)
    listed = client.get(reverse("admin:lockbox_site_user_changelist"))
    assert f'href="{PAGE}?all"' in listed.content.decode()
    page, queries = fetch(client, f"{PAGE}?all")
    assert len(queries) <= 12, lines(queries)
    assert words(page).count(" checked") == 30
    sheet = posted(client, *people)
    addresses = links_on(sheet)
    assert len({*addresses}) == 30 == made()
    assert sheet.headers["Cache-Control"].count("no-store") == 1
    for person, address in zip(people, addresses, strict=True):
        assert person.username in words(sheet)
        assert choose(address).status_code == 302
        assert fresh(person).check_password(CHOSEN["new_password1"])
    # Who has chosen waits no more.
    assert "Inget konto väntar" in words(client.get(PAGE))
    assert Client().get(addresses[0], follow=True).context["form"] is None


def test_a_link_is_told_once_and_stands_nowhere(cast):
    people = entered(cast, 2)
    client = signed_in(cast.sam)
    (first, _second) = links_on(posted(client, *people))
    token = first.rstrip("/").rpartition("/")[2]
    assert token not in client.get(f"{PAGE}?all").content.decode()
    assert not [key for key, text in client.session.items() if token in str(text)]
    for row in LedgerEntry.objects.filter(event="user.link_made"):
        assert token not in row.payload and row.actor_id == cast.sam.pk


def test_who_holds_a_link_is_not_ticked_again(cast):
    one, two = entered(cast, 2)
    make_link(one, by=cast.sam)
    client = signed_in(cast.sam)
    page = client.get(f"{PAGE}?all")
    assert [line.is_ticked for line in page.context["form"].lines] == [False, True]
    nobody = client.post(f"{PAGE}?all", {"do": "link"})
    assert [line.is_ticked for line in nobody.context["form"].lines] == [False, False]
    assert links_on(posted(client, fresh(one), two))


def test_a_sheet_that_is_loaded_again_leaves_the_printed_links_alone(cast):
    one, two = entered(cast, 2)
    client = signed_in(cast.sam)
    printed = links_on(posted(client, one, two))
    again = posted(client, one, two)
    assert (
        not links_on(again) and words(again).count("En länk skapades under tiden.") == 2
    )
    assert made() == 2 and choose(printed[0]).status_code == 302


def test_all_or_none_and_why_is_said_beside_the_row(cast):
    one, two = entered(cast, 2)
    client = signed_in(cast.sam)
    client.get(PAGE)
    with acting_as(cast.sam):
        two.is_active = False
        two.save()
    before = made()
    answer = posted(client, one, fresh(two))
    assert answer.status_code == 409 and made() == before
    assert "Kontot är stängt" in words(answer) and "Ingenting har gjorts" in words(
        answer
    )
    assert not links_on(answer)
    nobody = client.post(PAGE, {"do": "link"})
    assert "Markera vem länkarna är till." in words(nobody)
    odd = client.post(PAGE, {"do": "", "rows": [one.pk], f"seen_{one.pk}": "x"})
    assert odd.status_code == 200 and not links_on(odd)


def test_nobody_elses_accounts_and_nobody_who_signs_in_elsewhere(cast):
    (one,) = entered(cast, 1)
    with acting_as(cast.sam):
        other = USERS.model(username="annan", last_name="Annan", identity="oid-annan")
        keep_account(other, by=cast.sam)
    page = signed_in(cast.sam).get(PAGE)
    people = [line.person for line in page.context["form"].lines]
    assert one in people and other not in people
    answer = posted(signed_in(cast.sam), fresh(other))
    assert answer.status_code == 409 and not links_on(answer)
    for person in (cast.per, cast.karin):
        assert posted(signed_in(person), one).status_code == 403
    assert made() == 0
