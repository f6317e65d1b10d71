"""Somebody practises: a process of their own on a database of its own, beside the one
where people work, of which nothing is read or changed."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.urls import Resolver404, resolve

from lockbox_site import configuration, postgres
from lockbox_site.processes import WEB
from lockbox_site.scratch import answers, free_port
from requests_app.cases.intake.models.review import SecrecyReview
from tests import moment
from tests.helpers.drawn import drawn

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]

CLONE = Path(__file__).resolve().parents[2]
MARK = "Övning – inget här är på riktigt"
LINK = re.compile(r'href="(/[^"#]*)"')
PEOPLE = ("lena", "per", "karin", "birgitta", "erik", "asa", "sten", "tove", "ingrid")
LARGEST = 400  # pages of one person


def environment(folder, **more):
    mine = {name: os.environ[name] for name in ("PATH", "LOCKBOX_STATE")}
    own = {configuration.VARIABLE: str(folder), "LOCKBOX_HTTPS": "0"}
    return {**mine, **moment.kept(), **own, **more}


def manage(*command, **variables):
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=CLONE,
        env=variables,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("practice")
    process = manage("practice", **environment(place))
    assert process.returncode == 0, process.stderr
    yield place
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as server:
        server.execute(f"drop database {configuration.PRACTICE_DATABASE} with (force)")


@contextmanager
def gunicorn(variables):
    port = free_port()
    process = subprocess.Popen(
        [*WEB, "--workers", "1", "--bind", f"127.0.0.1:{port}"],
        env=variables,
        cwd=CLONE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, port
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture(scope="module")
def site(folder):
    with gunicorn(environment(folder)) as (process, port):
        assert answers(port, process)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def played(site, name, **more):
    with httpx.Client(base_url=site, timeout=60, follow_redirects=True) as http:
        http.get("/practice/")
        token = {"csrfmiddlewaretoken": http.cookies["practice_csrf"]}
        http.post("/practice/play/", data={"person": name, **token, **more})
        yield http


def at_work():
    """Where the real one is: the test's database, by a process that works."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(settings.OWNER_URL)._replace(path=f"/{name}").geturl()
    return {
        **moment.kept(),
        "PATH": os.environ["PATH"],
        "DATABASE_URL": url,
        "LOCKBOX_SECRET_KEY": "x" * 50,
        "LOCKBOX_HTTPS": "0",
    }


def held():
    """Every row of every table, as one number a table."""
    owner = connections["owner"]
    tables = owner.introspection.table_names()
    with owner.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f'select count(*), sum(hashtext(one::text)) from "{table}" one'
            )
            yield table, cursor.fetchone()


def test_neither_begins_at_the_database_of_the_other(folder):
    work = at_work()
    wrong = {**environment(folder), "DATABASE_URL": work["DATABASE_URL"]}
    wrong["LOCKBOX_SECRET_KEY"] = "x" * 50
    before = dict(held())
    refused = manage("check_database", **wrong)
    assert refused.returncode and "it lacks the mark" in refused.stderr
    refused = manage("practice", **wrong)
    assert refused.returncode and "holds something" in refused.stderr
    with gunicorn(wrong) as (process, _port):
        assert process.wait(60)
    work["DATABASE_URL"] = postgres.url(configuration.PRACTICE_DATABASE)
    refused = manage("sweep", **work)
    assert refused.returncode and "nothing real belongs there" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    with gunicorn(work) as (process, _port):
        assert process.wait(60)
    assert dict(held()) == before


def test_every_page_is_marked_for_everybody(site):
    """From link to link: one page of each kind, as each of the city's people."""
    kinds = set()
    for name in drawn(PEOPLE, 3):
        with played(site, name) as http:
            kinds |= walk(http)
    assert len(kinds) > 40, sorted(kinds)


def walk(http):
    to_see, seen, kinds = ["/", "/nothing-here/"], set(), set()
    while to_see and len(seen) < LARGEST:
        path = to_see.pop(0)
        kind = kind_of(path)
        if path in seen or kind in kinds or "logout" in path:
            continue
        seen.add(path)
        kinds.add(kind)
        answer = http.get(path)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            shown_as = answer.headers.get("Content-Disposition", "")
            assert "filename" not in shown_as or "OVNING-" in shown_as, path
            continue
        assert answer.text.count(MARK) == 1, path
        assert "<title>ÖVNING · " in answer.text, path
        to_see += LINK.findall(answer.text.replace("&amp;", "&"))
    return kinds


def kind_of(path):
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return path.partition("?")[0] if "/static/" not in path else "static"
    return match.view_name, *sorted(set(match.kwargs) - {"object_id", "pk"})


@pytest.mark.parametrize(
    "door",
    ["api/v1/requests", "scim/v2/Users", "ledger/", "ledger/checkpoint"]
    + ["calendar/abc.ics", "wake-up/x/", "oauth/token", "sign-in/"],
)
def test_no_door_for_machines_is_open(site, door):
    assert httpx.get(f"{site}/{door}", timeout=60).status_code == 404


def test_a_case_is_begun_and_goes_its_way_beside_the_real_ones(site, cast):
    real = cast.registered()
    before = dict(held())
    with httpx.Client(base_url=site, timeout=60, follow_redirects=True) as http:
        http.get("/practice/")
        token = {"csrfmiddlewaretoken": http.cookies["practice_csrf"]}
        guide = http.post("/practice/begin/", data=token)
        page = re.search(r'name="next" value="([^"]+)"', guide.text)[1]
        case = re.search(r'name="case" value="([^"]+)"', guide.text)[1]
    with played(site, "lena", next=page, case=case) as http:
        form = http.get(page)
        assert "Vad som kommer härnäst i mitt ärende" in form.text
        fields = dict(
            re.findall(r'name="(seen|csrfmiddlewaretoken)" value="(.*?)"', form.text)
        )
        fields |= {
            "public_subject": "Begäran om åtkomst",
            "matter": "access",
            "do": "1",
        }
        done = http.post(page, data=fields)
        assert "ÖVA GSN " in done.text, done.text[-3000:]
        assert re.search(
            r"2\. Tilldelning\s+<span[^>]*>nu", http.get(guide.url.path).text
        )
    assert dict(held()) == before
    assert [*SecrecyReview.objects.values_list("pk", flat=True)] == [real.pk]


def test_letters_stay_and_all_begins_anew(folder, site):
    process = manage("sweep", **environment(folder))
    assert process.returncode == 0, process.stderr
    with played(site, "lena") as http:
        letters = http.get("/practice/letters/").text
        assert "ÖVNING: Lockbox" in letters and "@exempelstad.example" in letters
        assert manage("practice", **environment(folder)).returncode == 0
        # Whoever was in the middle of it is told that it has begun anew.
        again = http.get("/")
        assert (
            "Vem vill du vara?" in again.text and "börjar om varje natt" in again.text
        )
        assert "ÖVNING: Lockbox" not in http.get("/practice/letters/").text


def test_its_login_reaches_its_own_database_whatever_others_are_called(logins, state):
    """By the lines of docs/installation.md, here for who comes by the socket. The
    finding: an upgrade left `lockbox_before_2`, and it came in there."""
    guide = (CLONE / "docs/installation.md").read_text()
    (lines,) = re.findall(r"sed -i '1i (host lockbox_practice .*)' \\\n", guide)
    rules = re.sub(
        r"^host (\S+ \S+) \S+ ", r"local \1 ", lines.replace(r"\n", "\n"), flags=re.M
    )
    data = next(state.glob("*/data"))
    hba, ident = data / "pg_hba.conf", data / "pg_ident.conf"
    known = rules.replace("scram-sha-256", "peer map=lockbox")
    hba.write_text(f"{known}\n{hba.read_text()}")
    ident.write_text(
        ident.read_text() + re.sub("lockbox_web", "lockbox_practice", ident.read_text())
    )
    with psycopg.connect(logins["super"], autocommit=True) as connection:
        connection.execute("create role lockbox_practice login in role lockbox_app")
        for name in ("lockbox_practice", "lockbox_before_2", "else"):
            connection.execute(f'create database "{name}"')
        connection.execute("select pg_reload_conf()")
        every = [
            name
            for (name,) in connection.execute(
                "select datname from pg_database where datallowconn"
            )
        ]

    def reached(login):
        for name in every:
            try:
                psycopg.connect(logins[login], dbname=name).close()
                yield name
            except psycopg.OperationalError:
                pass

    logins["practice"] = logins["web"].replace("lockbox_web", "lockbox_practice")
    assert list(reached("practice")) == ["lockbox_practice"]
    assert "lockbox_practice" not in reached("web") and "lockbox" in reached("web")
