"""However many cases have been closed, what is open and what is sought has an index."""

from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.people import rights
from requests_app.core.people.rights import remember_roles
from requests_app.desk.overview import overview_for
from requests_app.desk.queue import everything
from requests_app.desk.search import FEW, WALKED, search
from tests.cast import SITE, Cast
from tests.helpers.plans import readings
from tests.helpers.sql import sql
from tests.helpers.web import signed_in
from tests.workbench.offers import buttons, refusal

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("undone")]
CLOSED = 10_000
TABLES = ("content", "accessrequest", "secrecyreview", "historicalsecrecyreview")
READS = ("SELECT", "(SELECT", "WITH", "EXECUTE")
LARGE = {f"requests_app_{name}" for name in TABLES}
RIGHTS = "requests_app_reviewuserpermission"
# Who has worked a case has a right to it by name, and in years to thousands.
NAMED = """
insert into requests_app_reviewuserpermission (user_id, permission_id, content_object_id)
  select user_id, permission_id, 1000000 + n
  from requests_app_reviewuserpermission, generate_series(1, %s) n
  where user_id = %s and content_object_id = %s
"""


@pytest.fixture(scope="module")
def years(once):
    """Of closed cases, like one that is open: each a request with its reasons, its
    review, and a version of that."""
    cast = Cast()
    review = cast.registered(number="like")
    cast.new(number="small", objects=(SITE,))
    worked = cast.assigned(number="open")
    cast.proposed(number="waits")
    sql("set constraints all immediate")
    sql("set local statement_timeout = 0")
    sql("reset role")
    for table in (*LARGE, RIGHTS):
        sql(f"alter table {table} disable trigger user")
    _multiply("content", f"digest = '{review.access_request.justification_id}'", TEXT)
    _multiply("accessrequest", f"id = {review.access_request_id}", REQUEST)
    _multiply("secrecyreview", f"id = {review.pk}", REVIEW)
    of_review = f"history_id = {review.history.latest().pk}"
    _multiply("historicalsecrecyreview", of_review, VERSION)
    sql(NAMED, CLOSED, cast.karin.pk, worked.pk)
    for table in (*LARGE, RIGHTS):
        sql(f"alter table {table} enable trigger user")
        sql(f"analyze {table}")
    for index in ("words", "threes"):
        sql(f"select gin_clean_pending_list('content_{index}')")
    sql("set constraints all deferred")
    sql("set role lockbox_app")
    rights.forget_sizes()
    yield cast
    rights.forget_sizes()


RARE = "product__id__exact=2"
PRODUCT = f"access_request__connection__{RARE}"

# As long as texts are, or all of them are read as quickly as some by an index.
WORDS = "'Gammal felsökning nr' || n || ' q' || mod(n, 1000) || repeat('-', 700)"
BODY = f"convert_to({WORDS}, 'UTF8')"
DIGEST = f"encode(sha256('x'::bytea || {BODY}), 'hex')"
AGO = "now() - n * interval '1 hour'"
TEXT = f"'digest', {DIGEST}, 'salt', 'x'::bytea, 'body', {BODY}"
KEYS = "'id', 1000000 + n, 'status', 'closed'"
REQUEST = (
    f"{KEYS}, 'external_id', 'OLD-' || n, 'justification_id', {DIGEST},"
    f" 'received_at', {AGO}, 'answer_deadline', {AGO}"
)
DIARY = "'diary_number', 'GSN 2001-' || n, 'diary_year', 2001, 'diary_sequence', n"
REVIEW = f"{KEYS}, {DIARY}, 'access_request_id', 1000000 + n"
VERSION = f"{REVIEW}, 'history_id', 1000000 + n, 'history_date', {AGO}"


def _multiply(table, which, columns):
    name = f"requests_app_{table}"
    sql(
        f"insert into {name} select copy.* from {name} t, generate_series(1, %s) n,"
        f" jsonb_populate_record(t, jsonb_build_object({columns})) copy"
        f" where t.{which}",
        CLOSED,
    )


def read_by(act):
    """Of large tables: how many rows all its queries look at, and what is read from one
    end without an index. Each is carried out once more, and undone."""
    with CaptureQueriesContext(connection) as caught:
        act()
    with transaction.atomic():
        tables = [
            (table, reading)
            for query in caught
            if query["sql"].startswith(READS)
            for table, reading in readings(query["sql"]).items()
            if table in LARGE
        ]
        transaction.set_rollback(True)
    scanned = {table for table, reading in tables if reading.is_scanned}
    return sum(reading.rows for _table, reading in tables), scanned


@pytest.mark.parametrize(
    "name", ["karin", "lena", "bo", "per", "sixten", "nils", "rut", "cilla"]
)
def test_the_queue_costs_what_is_open(years, name):
    rows, scanned = read_by(lambda: everything.everything_for(getattr(years, name)))
    # Of Nils' own authority nothing is open, and of Sixten's nothing was stopped.
    is_empty = name in ("nils", "sixten")
    assert not scanned and rows < 100 and (rows or is_empty), (rows, scanned)


def test_the_overview_costs_what_is_open_and_what_lapsed(years):
    rows, scanned = read_by(lambda: overview_for(years.per))
    assert not scanned and 0 < rows < 100, (rows, scanned)


# Of a word in every text it looks at so many texts, and then from the newest cases on.
@pytest.mark.parametrize(
    ("text", "most"),
    [("nr171", 200), ("q7", 200), ("felsökning", 2 * FEW), ("nirgends", 2)],
)
def test_a_text_is_sought_by_its_words(years, text, most):
    rows, scanned = read_by(lambda: search(years.karin, text))
    assert bool(search(years.karin, text).hits) == (text != "nirgends")
    # Whether there are more cases than are looked through is asked from either end.
    assert scanned <= {"requests_app_secrecyreview"}
    assert rows <= WALKED + most, rows


# What each may look at beside the case: a page of a list, what is weighed for likeness.
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("karin", "secrecyreview/{waits}/change/"),
        ("per", "secrecyreview/{like}/do/assign/"),
        ("lena", "accessrequest/{of_like}/change/"),
        ("karin", "secrecyreview/?answer=waits"),
        ("karin", "secrecyreview/?outcome=granted"),
        ("per", f"secrecyreview/?{PRODUCT}"),
        ("per", f"accessgrant/?{PRODUCT}"),
        ("bo", "listedreview/"),
    ],
)
def test_a_page_costs_what_it_shows(years, name, address):
    keys = {
        review.access_request.external_id: review.pk
        for review in SecrecyReview.objects.filter(pk__lt=1_000_000)
    }
    of_like = SecrecyReview.objects.get(pk=keys["like"]).access_request_id
    url = "/requests_app/" + address.format(**keys, of_like=of_like)
    client = signed_in(getattr(years, name))
    assert client.get(url).status_code == 200
    rows, scanned = read_by(lambda: client.get(url))
    assert not scanned and rows < 1_000, (rows, scanned)


@pytest.mark.parametrize("name", ["karin", "lena", "bo", "per"])
def test_a_step_costs_what_it_is_taken_of(years, name):
    """Nothing large is read to lock one row, nor to ask whose the step is."""
    person, taken = getattr(years, name), set()
    remember_roles(person)
    costs = {}
    for case in SecrecyReview.objects.filter(pk__lt=1_000_000):
        for step in buttons("secrecyreview", case, person):
            act = partial(refusal, "secrecyreview", step, case, person, taken)
            costs[step, case.status] = read_by(act)
            remember_roles(person)
    amiss = {
        step: (rows, scanned)
        for step, (rows, scanned) in costs.items()
        if scanned or rows > 300
    }
    assert not amiss and len(taken) > 1, amiss


@pytest.mark.parametrize(
    "address",
    [
        "secrecyreview/",
        "secrecyreview/?status__exact=closed",
        "accessrequest/",
        "accessrequest/?status__exact=lapsed",
        "delivery/",
        "accessgrant/",
    ],
)
def test_a_small_authority_is_led_to_its_own_among_many_others(years, address):
    """Not the whole, until enough of its few cases have been met."""
    assert rights.has_small_scope(years.rut) and not rights.has_small_scope(years.lena)
    client = signed_in(years.rut)
    url = f"/requests_app/{address}"
    assert client.get(url).status_code == 200
    rows, scanned = read_by(lambda: client.get(url))
    assert not scanned and rows < 100, (rows, scanned)
