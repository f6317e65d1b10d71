"""Worlds that many tests begin with, each made once a process by the real steps.

A test that asks for one before it has written anything is given a copy of the database
in which the world stands, committed, instead of making it once more; what the test
does is rolled back there. Whoever has written already, set the clock, or is not rolled
back, makes the world as if this module were not here.
"""

import functools
import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, ParamSpec, TypeVar

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection, connections
from django.db.models import Model
from django.test import TestCase
from django.utils import timezone, translation

from audit_app import acting
from lockbox_site.scratch import like, outside
from requests_app.core.calendar import is_office_hours
from tests.helpers.naming import Untold, again, in_words, named

MOST = 40  # databases a process keeps
# What tests change that no world is made by: where a stand-in is, and how patiently.
OF_NO_WORLD = {"TIMEOUT"}

Path = tuple[Any, ...]
P = ParamSpec("P")
R = TypeVar("R")


class World(NamedTuple):
    """A database, the connection to it, and what its making returned."""

    name: str
    raw: Any
    result: tuple[type[Model], Any] | None


class Worlds:
    def __init__(self, prefix: str, template: str) -> None:
        self.prefix, self.template = prefix, template
        self.asked: Counter[Path] = Counter()
        self.known: dict[Path, World] = {}
        self.failing: set[Path] = set()
        self.spoilt: list[World] = []
        self.path: Path = ()
        self.test: Any = None
        self.own: Any = None  # the connection that is put aside meanwhile
        self.is_off = False
        self.numbers = itertools.count()

    def reach(self, key: Any, make: Callable[[], Any], rows: list[Model]) -> Any:
        if self.is_off or not self._nothing_is_done():
            return make()
        path = (*self.path, key)
        self.asked[path] += 1
        if path not in self.known:
            if self.asked[path] == 1 or path in self.failing:
                return make()
            self.known[path] = self._made(path, make)
        self.path = path
        self.known[path] = self.known.pop(path)
        self._enter(self.known[path])
        for row in rows:
            row.refresh_from_db()
        return again(self.known[path].result)

    def _nothing_is_done(self) -> bool:
        """In this test, which will be rolled back as a whole; but for worlds."""
        blocks = connection.atomic_blocks
        if len(blocks) != 1 or not blocks[0]._from_testcase or acting.is_set():
            return False
        if _changed_by_hand(_item.funcargs):
            return False
        if any(
            other.in_atomic_block
            for other in connections.all(initialized_only=True)
            if other.alias != connection.alias
        ):
            return False
        if self.test is not blocks[0]:
            self.test, self.path = blocks[0], ()
        written = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
        return not connection.connection.execute(written).fetchone()[0]

    def _made(self, path: Path, make: Callable[[], Any]) -> World:
        self._leave_room()
        name = f"{self.prefix}_{next(self.numbers)}"
        parent = self.known.get(path[:-1])
        if parent:
            self._put_aside()
            parent.raw.close()
        outside(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name}{like(parent.name if parent else self.template)}",
        )
        if parent:
            self.known[path[:-1]] = parent._replace(raw=_connected(parent.name))
        raw = _connected(name)
        self._enter(World(name, raw, None))
        waiting = len(connection.run_on_commit)
        try:
            with self.held_off():
                result = make()
        except BaseException:
            self.failing.add(path)
            self.spoilt.append(World(name, raw, None))
            raise
        del connection.run_on_commit[waiting:]
        raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
        raw.commit()
        return World(name, raw, named(result))

    @contextmanager
    def held_off(self) -> Iterator[None]:
        """Meanwhile each world is made anew."""
        before, self.is_off = self.is_off, True
        try:
            yield
        finally:
            self.is_off = before

    def _leave_room(self) -> None:
        while len(self.known) >= MOST:
            path, world = next(
                (path, world)
                for path, world in self.known.items()
                if path != self.path[: len(path)]
            )
            self._drop(self.known.pop(path))

    def _enter(self, world: World) -> None:
        if connection.connection is world.raw:
            return
        self._put_aside()
        world.raw.autocommit = False
        connection.connection = world.raw

    def _put_aside(self) -> None:
        raw = connection.connection
        self.own = self.own or raw
        if not raw.closed:
            raw.rollback()
            raw.autocommit = True

    def leave(self) -> None:
        """After a test: the database of its process is its database again."""
        if self.own is not None:
            self._put_aside()
            connection.connection, self.own = self.own, None
        while self.spoilt:
            self._drop(self.spoilt.pop())

    def _drop(self, world: World) -> None:
        world.raw.close()
        outside(f"DROP DATABASE {world.name} WITH (FORCE)")

    def end(self) -> None:
        for world in self.known.values():
            self._drop(world)


def _changed_by_hand(funcargs: dict[str, Any]) -> bool:
    """Has the test changed the code or the settings by which a world is made?"""
    changed = set(_settings_changed())
    if patch := funcargs.get("monkeypatch"):
        changed |= {name for _of, name, _old in (*patch._setattr, *patch._setitem)}
    return bool(changed - OF_NO_WORLD)


def _settings_changed() -> Iterator[str]:
    holder = settings._wrapped
    while isinstance(holder, UserSettingsHolder):
        yield from set(vars(holder)) - {"default_settings", "_deleted"}
        holder = holder.default_settings


def _connected(name: str) -> Any:
    other = connections.create_connection("default")
    other.settings_dict = {**connection.settings_dict, "NAME": name}
    other.connect()
    return other.connection


_worlds: Worlds | None = None
_item: Any = None  # the test that runs


def reused(make: Callable[P, R]) -> Callable[P, R]:
    """A way to make or change a world, returning a row or nothing; its arguments
    name it."""

    @functools.wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            arguments = in_words([args, kwargs])
        except Untold:
            arguments = None
        if _worlds is None or arguments is None:
            return make(*args, **kwargs)
        key = (
            make.__module__,
            make.__qualname__,
            repr(arguments),
            translation.get_language(),
            # What is done by day and by night, today and tomorrow, is not the same.
            timezone.localdate(),
            is_office_hours(timezone.now()),
            os.environ.get("PYTHONPATH"),  # see layout.py
        )
        rows = [row for row in (*args, *kwargs.values()) if isinstance(row, Model)]
        return _worlds.reach(key, lambda: make(*args, **kwargs), rows)

    return made


def begin(item: Any) -> None:
    """Before a test: it is looked at for what it changes."""
    global _item
    _item = item


@contextmanager
def held_off() -> Iterator[None]:
    """For what changes how a world is made, and is not seen to."""
    assert _worlds is not None
    with _worlds.held_off():
        yield


@contextmanager
def reusing(name: str, template: str) -> Iterator[None]:
    """For a process whose tests have the database of this name, a copy of template."""
    global _worlds
    _worlds = worlds = Worlds(f"{name}_world", template)
    roll_back = TestCase.__dict__["_rollback_atomics"].__func__

    def and_leave(cls: type[TestCase], atomics: Any) -> None:
        try:
            roll_back(cls, atomics)
        finally:
            worlds.leave()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestCase, "_rollback_atomics", classmethod(and_leave))
        yield
    _worlds = None
    worlds.end()
