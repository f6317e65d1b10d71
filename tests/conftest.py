"""Real PostgreSQL and the cast; see helpers/databases.py and cast.py."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import TransactionTestCase

from audit_app import ledger
from lockbox_site import postgres
from lockbox_site.postgres import cluster
from lockbox_site.processes import keep_what_is_loaded, look_seldom
from lockbox_site.scratch import fresh_copy, from_outside
from requests_app.core.people import rights
from tests.cast import Cast
from tests.helpers import databases, layout, live_server, worlds

pytest_plugins = ["tests.reporting"]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_configure() -> None:
    look_seldom()
    # The transaction of a module lasts as long as its tests; and a machine on which all
    # stands still for half a minute is slow, no page is.
    for alias in ("default", "auditor"):
        connections[alias].settings_dict["SESSION"] |= {
            "idle_in_transaction_session_timeout": "0",
            "statement_timeout": "5min",
        }
    settings.SECURE_SSL_REDIRECT = False
    # Each test's client would read all static files anew.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.ALLOWED_HOSTS += ["testserver"]
    live_server.use()
    # The auditor's login would not see what a test has not committed: see auditing/.
    ledger.ALIAS = "default"
    settings.PASSWORD_HASHERS = [
        "tests.helpers.hashers.CheapArgon2PasswordHasher",
        *settings.PASSWORD_HASHERS[1:],
    ]


def pytest_collection_finish() -> None:
    keep_what_is_loaded()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """While a browser's loop runs, Django has connections of its own for it: those of
    before are not closed with the others when a test's database is made anew."""
    for known in connections.all(initialized_only=True):
        if known.connection and not known.in_atomic_block and not known.is_usable():
            known.close()
    worlds.begin(item)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, request):
    if settings.LOCAL:
        try:
            postgres.ensure()
        except cluster.PostgresUnavailable as error:
            pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    name = f"test_{connections['owner'].settings_dict['NAME']}{worker}"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        template = databases.template()

        def renew(_test: TransactionTestCase | None = None) -> None:
            fresh_copy(name, template)

        renew()
        databases.connect_to(name)
        patch.setattr(TransactionTestCase, "_fixture_teardown", renew)
        with worlds.reusing(name, template):
            yield
        from_outside(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session", autouse=True)
def words_only() -> Iterator[None]:
    with layout.words_only():
        yield


@pytest.fixture(scope="module")
def laid_out(words_only) -> Iterator[None]:
    """For a module that looks at the documents as they are kept."""
    with layout.laid_out():
        yield


@pytest.fixture
def cast(request) -> Cast:
    """The people and their authorities; see tests/cast.py."""
    if not {"transactional_db", "once"} & set(request.fixturenames):
        request.getfixturevalue("db")
    return Cast()


@pytest.fixture
def mail_server(settings) -> None:
    """Mail could go out; what tries finds nobody there."""
    settings.MAIL_SERVER = {"host": "127.0.0.1", "port": 25}


@pytest.fixture(params=["few", "many"])
def size(request, monkeypatch) -> Iterator[str]:
    """Of each authority: is it small beside the whole, or large?"""
    if request.param == "many":
        monkeypatch.setattr(rights, "FEW", -1)
    rights.forget_sizes()
    yield request.param
    rights.forget_sizes()


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker) -> Iterator[None]:
    """For the world of a module, made once. Its tests carry no mark of a database."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def undone(once) -> Iterator[None]:
    """What one test does to the world of its module is undone."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)
