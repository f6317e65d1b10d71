"""A change by another login than the application's, in a transaction of its own: the
same for the rounds that compare and for the auditor's page."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.utils.text import capfirst

from audit_app import acting, reconcile
from audit_app.acting import acting_as
from audit_app.ledger import record
from audit_app.reconcile import everything
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.models import kind_of
from requests_app.core.step import SYSTEM, machine_account
from requests_app.oversight.sweep import reconcile as reconcile_round
from tests.audit_app.test_written_outside import FORGED
from tests.helpers.sql import sql
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "auditor", "owner"]
)

PUT_IN = (
    "insert into audit_app_applicationlogin (login, db_role, since)"
    " values (%s, 'none', clock_timestamp())"
)


def outside():
    return {one for one in everything("default") if one.what == "outside"}


def renamed(person, has_event=False, role="none"):
    with acting_as(person):
        sql(f"set local role {role}")
        person.first_name += "!"
        person.save()
        if has_event:
            record("user.renamed", by=person)


@pytest.fixture(autouse=True)
def agnes(cast):
    """Signed in while the login is the application's: a session is told of, too."""
    cast.agnes_client = signed_in(cast.agnes)


def shown(cast):
    """Of the auditor's page: login and role, and whether it is red."""
    found = cast.agnes_client.get("/revision/outside/").context["overview"]
    return [(act.login, act.role, not act.tells) for act in found.acts]


def compare_all(by):
    """Rounds of the sweep, until one finds nothing new."""
    while reconcile_round(by, seconds=60):
        pass


def recorded(login, role):
    with connections["owner"].cursor() as cursor:
        cursor.execute("select audit_application_login(%s, %s)", [login, role])


def test_it_is_told_unless_the_transaction_tells_an_event(cast):
    before, seen = outside(), shown(cast)
    owner, _role = reconcile.now()
    for has_event in (False, True):
        renamed(cast.karin, has_event)
    (found,) = outside() - before
    assert found.object_type == "lockbox_site_user"
    assert found.object_id == str(cast.karin.pk)
    assert shown(cast)[: -len(seen) or None] == [
        (owner, "none", False),
        (owner, "none", True),
    ]


def test_a_token_that_is_made_as_the_guide_says_is_no_change_outside(cast):
    before = outside()
    for command in (["scim_token"], ["register_token", "--for", "per"]):
        call_command(*command, "The map")
    for command in ("scim_token", "register_token"):
        call_command(command, "The map", "--end")
    assert outside() == before


def test_what_the_settings_say_is_the_application(cast, monkeypatch):
    """As where each of the three has a login of its own: there is no role to take on."""
    before, seen = outside(), shown(cast)
    owner, _role = reconcile.now()
    renamed(cast.karin)
    assert len(outside()) == len(before) + 1
    # The owner's own takes no other's place, though nobody hinders the owner.
    recorded(owner, "none")
    assert reconcile.periods()[-1].role == "lockbox_app"
    with transaction.atomic(using="owner"):
        sql(
            "select audit_ledger_add('event', 'application.login_recorded', '', '',"
            " null, null, null, '')",
            using="owner",
        )
        sql(PUT_IN, owner, using="owner")
    monkeypatch.setattr(reconcile, "NOW", f"select '{owner}', 'none'")
    renamed(cast.karin)
    assert len(outside()) == len(before) + 1
    # The login it had before is nobody's now, and what it wrote then was ours.
    renamed(cast.karin, role="lockbox_app")
    assert len(outside()) == len(before) + 2
    assert [row[:2] for row in shown(cast)[: -len(seen) or None]] == [
        (owner, "lockbox_app"),
        (owner, "none"),
    ]


def test_another_login_makes_nothing_old_a_change_outside(cast, monkeypatch):
    renamed(cast.karin, role="lockbox_app")
    before, seen = outside(), shown(cast)
    monkeypatch.setattr(reconcile, "NOW", "select 'lockbox_2027', 'none'")
    # At once, and when the owner has recorded it.
    assert (outside(), shown(cast)) == (before, seen)
    recorded("lockbox_2027", "none")
    (told, *rest) = shown(cast)
    assert (outside(), rest) == (before, seen) and not told[2]
    recorded("lockbox_2027", "none")
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from audit_app_applicationlogin")
        assert cursor.fetchone() == (2,)
        cursor.execute("select count(*) from audit_app_ledgerentry"
                       " where event = 'application.login_recorded'")  # fmt: skip
        assert cursor.fetchone() == (2,)


def test_only_the_owner_says_who_the_application_is(cast):
    for statement in (
        "select audit_application_login('mine', 'none')",
        "insert into audit_app_applicationlogin (login, db_role, since)"
        " values ('mine', 'none', '-infinity')",
        "delete from audit_app_applicationlogin",
    ):
        with pytest.raises(DatabaseError, match="denied"):
            sql(statement)
    with pytest.raises(DatabaseError, match="append-only"):
        sql("update audit_app_applicationlogin set login = 'mine'", using="owner")
    # Nor does the owner, without a line that tells of it.
    with pytest.raises(DatabaseError, match="recorded by audit_application_login"):
        sql(PUT_IN, "mine", using="owner")


def test_keys_and_heartbeats_are_red_where_an_auditor_looks(cast):
    agnes = cast.agnes_client
    before, acts = outside(), shown(cast)
    for statement in FORGED.values():
        sql(statement, using="owner")
    assert {one.object_type for one in outside() - before} == FORGED.keys()
    page = agnes.get("/revision/outside/")
    new = page.context["overview"].acts[: -len(acts) or None]
    assert len(new) == len(FORGED)
    for act in new:
        assert capfirst(act.what) in page.text and not act.tells
        rows = agnes.get("/revision/outside/", {"act": act.act})
        assert rows.status_code == 200 and len(rows.context["rows"]) == 1
        assert rows.context["rows"][0].fields, act
    assert agnes.get("/revision/").status_code == 200


def test_the_sweep_tells_of_them_whatever_a_line_says(cast):
    agnes = cast.agnes_client
    by = machine_account(SYSTEM)
    compare_all(by)
    for statement in FORGED.values():
        sql(statement, using="owner")
    for key in ("x", "", "9" * 30, "y" * 65):
        line = (
            "select audit_ledger_add('change', 'insert', %s, %s, null, '{}', null, '')"
        )
        sql(line, "requests_app_decision", key, using="owner")
    compare_all(by)
    kinds = list(Alteration.objects.values_list("object_type", flat=True))
    assert {*FORGED, "requests_app_decision"} == {*kinds}
    assert kinds.count("requests_app_decision") == 4
    # One that is open tells nothing of the next.
    sql(FORGED["django_session"].replace("forged", "again"), using="owner")
    compare_all(by)
    assert Alteration.objects.filter(object_type="django_session").count() == 2
    page = agnes.get("/revision/outside/")
    for table in FORGED:
        assert capfirst(kind_of(table)) in page.text
    assert agnes.get("/").status_code == 200


def test_what_waits_to_leave_says_of_which_case_it_is(cast):
    decided = cast.decided(number="EXSR501")
    with acting_as(cast.bo):
        message = OutboxMessage.objects.create(
            topic="answer",
            access_request=decided.access_request,
            delivery=decided.access_request.deliveries.get(),
            lane="answer:1",
            created_at=acting.now(),
            next_attempt_at=acting.now(),
        )
    sql(
        "update requests_app_outboxmessage set trouble = 'mine' where id = %s",
        message.pk,
        using="owner",
    )
    agnes = cast.agnes_client
    (act, *_older) = agnes.get("/revision/outside/").context["overview"].acts
    assert act.what == kind_of("requests_app_outboxmessage") and not act.tells
    (row,) = agnes.get("/revision/outside/", {"act": act.act}).context["rows"]
    assert [(one.before, one.after) for one in row.fields] == [("", "mine")]
    page = agnes.get("/revision/outside/", {"act": act.act}).text
    assert "EXSR501" in page


def test_a_line_that_is_no_such_thing_hinders_no_page(cast):
    agnes = cast.agnes_client
    for detail in ("[]", '{"old": 7, "new": [1]}', '"x"'):
        line = (
            "select audit_ledger_add('change', 'update', %s, '#1', null, %s, null, '')"
        )
        for table in ("requests_app_decision", "auth_group"):
            sql(line, table, detail, using="owner")
    assert agnes.get("/revision/").status_code == 200
    for act in agnes.get("/revision/outside/").context["overview"].acts[:6]:
        rows = agnes.get("/revision/outside/", {"act": act.act})
        assert rows.status_code == 200 and rows.context["rows"]
