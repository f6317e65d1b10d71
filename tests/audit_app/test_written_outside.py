"""Keys, what waits to leave and what tells that all is well: the application writes them
too often for a line each, and nobody else writes them without one."""

import json

import pytest

from audit_app.models import LedgerEntry
from tests.cast import Cast
from tests.helpers.sql import sql
from tests.helpers.web import signed_in

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def cast(once):
    cast = Cast()
    signed_in(cast.agnes)
    return cast


def lines():
    rows = LedgerEntry.objects.filter(
        kind="change", event__in=["insert", "update", "delete"]
    )
    return list(
        rows.order_by("id").values_list(
            "object_type", "event", "object_id", "detail__body"
        )
    )


def written(statement, *values, role="none"):
    """The lines of one statement by the owner, and those of the rounds."""
    before = len(lines())
    sql(f"set local role {role}")
    sql(statement, *values)
    sql("set local role lockbox_app")
    return lines()[before:]


SESSION = (
    "insert into django_session select 'forged', session_data, expire_date"
    " from django_session limit 1"
)
FORGED = {
    "django_session": SESSION,
    "allauth_idp_oidc_token": (
        "insert into allauth_idp_oidc_token (type, hash, created_at, scopes)"
        " values ('at', 'secret', now(), 'access')"
    ),
    "account_emailaddress": (
        'insert into account_emailaddress (email, verified, "primary", user_id)'
        " select 'karin@elsewhere.example', true, false, min(id) from lockbox_site_user"
    ),
    "auth_group": "insert into auth_group (name) values ('all')",
    "lockbox_site_signinbrake": (
        "insert into lockbox_site_signinbrake values ('secret', 0, now(), now())"
    ),
    "requests_app_heartbeat": (
        "insert into requests_app_heartbeat (name, at, failures, trouble, position)"
        " values ('x', now(), 0, '', 0)"
    ),
}


@pytest.mark.parametrize("table", FORGED)
def test_a_row_that_is_forged_has_its_line(cast, table):
    ((of, event, key, body),) = written(FORGED[table])
    assert (of, event) == (table, "insert") and not key.isdigit()
    assert "secret" not in body and "forged" not in body
    assert json.loads(body).keys() == {"new"}


def test_the_application_leaves_none(cast):
    closed = {"account_emailaddress", "auth_group"}  # it may not write these at all
    for statement in [FORGED[name] for name in FORGED if name not in closed]:
        assert written(statement, role="lockbox_app") == []


def test_what_was_written_over_or_deleted_says_how_it_was(cast):
    sql(FORGED["requests_app_heartbeat"])
    ((_of, _event, key, body),) = written(
        "update requests_app_heartbeat set failures = 7 where name = 'x'"
    )
    assert json.loads(body) == {"old": {"failures": 0}, "new": {"failures": 7}}
    ((_of, event, at, body),) = written(
        "delete from requests_app_heartbeat where name = 'x'"
    )
    assert (event, at) == ("delete", key)
    assert json.loads(body)["old"]["failures"] == 7
