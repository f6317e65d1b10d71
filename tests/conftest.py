"""Real PostgreSQL, a fresh copy for each committing test, and the cast.

Append-only tables refuse the TRUNCATE with which Django empties a test database, as they
should; so committing tests get a new copy of a template database instead.
"""

import os
import time
from typing import Any

import pytest
from django.conf import settings
from django.db import ProgrammingError, connections
from django.test import TransactionTestCase
from django.test.utils import setup_databases

from lockbox_site import postgres
from tests.cast import Cast, engage

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
ALIASES = ("default", "auditor")


def pytest_configure() -> None:
    if settings.LOCAL:
        try:
            postgres.ensure()
        except postgres.PostgresUnavailable as error:
            raise pytest.UsageError(str(error)) from error
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.ALLOWED_HOSTS += ["testserver"]


def _as_owner(*statements: str) -> None:
    connections.close_all()
    with connections["owner"].creation._nodb_cursor() as cursor:
        for statement in statements:
            _patiently(cursor, statement)


def _patiently(cursor: Any, statement: str) -> None:
    # A worker of autovacuum belongs to the superuser: it can't be sent away, but it
    # soon leaves.
    for _attempt in range(50):
        try:
            return cursor.execute(statement)
        except ProgrammingError as error:
            if "must be a member" not in str(error):
                raise
            time.sleep(0.1)
    return cursor.execute(statement)


def _template() -> str:
    return f"{connections['owner'].settings_dict['NAME']}_template"


def _fresh_copy(_test: TransactionTestCase) -> None:
    name = connections["owner"].settings_dict["NAME"]
    _as_owner(
        f"DROP DATABASE {name} WITH (FORCE)",
        f"CREATE DATABASE {name} TEMPLATE {_template()}",
    )


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, request):
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    with django_db_blocker.unblock():
        owner = connections["owner"].settings_dict
        owner["TEST"]["NAME"] = f"test_{owner['NAME']}{worker}"
        owner["TEST"]["DEPENDENCIES"] = []
        setup_databases(verbosity=0, interactive=False, aliases={"owner"})
        name = owner["NAME"]
        assert name.startswith("test_")
        for alias in ALIASES:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        engage()
        _as_owner(
            f"DROP DATABASE IF EXISTS {_template()}",
            f"CREATE DATABASE {_template()} TEMPLATE {name}",
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TransactionTestCase, "_fixture_teardown", _fresh_copy)
            yield
        name = connections["owner"].settings_dict["NAME"]
        for database in (_template(), name):
            _as_owner(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture
def cast(request) -> Cast:
    """The people and their authorities; see tests/cast.py."""
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")
    return Cast()
