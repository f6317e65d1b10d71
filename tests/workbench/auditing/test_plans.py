"""However long the ledger is, a page of it walks along an index."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.audit.lines.read import (
    Place,
    Sought,
    cases_numbered,
    rows_of,
    statement,
)
from requests_app.audit.steps import Audited
from tests.cast import Cast
from tests.helpers.plans import readings
from tests.helpers.sql import sql

pytestmark = pytest.mark.usefixtures("undone")
LINES = 60_000


@pytest.fixture(scope="module")
def long(once):
    """A minute between lines; one in a hundred is rare, three of four are elsewhere."""
    cast = Cast()
    review = cast.registered(number="EXSR500")
    sql("reset role")
    sql(
        "insert into audit_app_ledgerentry (id, xid, at, session_user_name, db_role,"
        " actor_id, request_id, kind, event, object_type, object_id,"
        " authority_id, payload, leaf_hash)"
        " select 1000000 + n, pg_current_xact_id(), now() - n * interval '1 minute',"
        " 'lockbox_app', 'lockbox_app', (array[%s, %s, %s, null])[n %% 4 + 1], '',"
        " case when n %% 100 = 0 then 'refusal' else 'read' end, 'x.read',"
        " 'requests_app_absence', n::text, (array[%s, null, null, null])[n %% 4 + 1],"
        " '', '' from generate_series(1, %s) n",
        cast.karin.pk, cast.cilla.pk, cast.didrik.pk, cast.gsn.pk, LINES,
    )  # fmt: skip
    sql("analyze audit_app_ledgerentry")
    sql("set role lockbox_app")
    return review


def read(audited, sought, before=None):
    asked = statement(audited, sought, before, 51)
    return readings(asked.sql, asked.values)["audit_app_ledgerentry"]


class Everywhere:
    """Of every authority."""

    def __init__(self, audited):
        self.authorities = {**audited.authorities, **dict.fromkeys(audited.codes, "")}
        self.is_all = True


def test_the_first_page_and_the_hundredth_walk_the_same_way(cast, long):
    audited = Audited(cast.agnes)
    far = Place(timezone.now() - timedelta(minutes=LINES // 2), 1_030_000)
    for whose in (audited, Everywhere(audited)):
        for before in (None, far):
            touched, is_scanned = read(whose, Sought(), before)
            assert not is_scanned and touched < 1_500, (before, touched, is_scanned)


def test_what_is_asked_for_has_an_index_of_its_own(cast, long):
    audited = Audited(cast.agnes)
    case = cases_numbered(cast.agnes, "EXSR500")
    until = timezone.now() - timedelta(minutes=LINES - 1000)
    for sought in (
        Sought(person=cast.karin.pk),
        Sought(kinds=("refusal",)),
        Sought(until=until),
        Sought(authority=cast.gsn.pk, until=until),
        Sought(rows=rows_of(case)),
    ):
        touched, is_scanned = read(audited, sought)
        assert not is_scanned and touched < 3_000, (sought, touched)
