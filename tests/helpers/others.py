"""What somebody else does to the database in the middle of things, by a connection of
their own: hold a row, close a table, end our backend."""

import time
from contextlib import contextmanager

import psycopg
from django.db import connection, connections


@contextmanager
def another():
    """A connection beside ours, outside Django."""
    owner = connections["owner"].settings_dict
    with psycopg.connect(
        dbname=owner["NAME"],
        user=owner["USER"],
        host=owner["HOST"],
        port=owner["PORT"],
        password=owner["PASSWORD"] or None,
    ) as session:
        yield session


@contextmanager
def holding(row):
    """Somebody is at work on the row, and stays."""
    with another() as session:
        table = row._meta.db_table
        session.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR UPDATE", [row.pk])
        yield
        session.rollback()


@contextmanager
def closed(table):
    """Nobody reads the table."""
    with another() as session:
        session.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        session.rollback()


def until_blocking():
    """Until another connection waits for what ours has locked."""
    given_up = time.monotonic() + 60
    waits = "not granted and pg_backend_pid() = any(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        cursor.execute(found := f"select pid from pg_locks where {waits}")
        while cursor.fetchone() is None:
            assert time.monotonic() < given_up, "nobody waits"
            time.sleep(0.02)
            cursor.execute(found)


def end_backend():
    """The server lets go of our connection, as when it is restarted."""
    pid = connection.connection.info.backend_pid
    with another() as session:
        session.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def after_commit(number, act):
    """Do something right after our connection's commit of that number."""
    connection.ensure_connection()
    commit, commits = connection._commit, 0

    def committing():
        nonlocal commits
        commit()
        commits += 1
        if commits == number:
            act()

    connection._commit = committing


def impatient(**settings):
    """Our own connection waits less than it otherwise would."""
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, value])


def patient():
    """Our own connection waits for a lock as long as this machine needs."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
