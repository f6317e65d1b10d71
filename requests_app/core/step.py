"""Step: busy, machine accounts and several."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, ParamSpec, TypeVar, overload

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, connections, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from audit_app.acting import Deadline, acting_as, deadline_of
from audit_app.ledger import record
from requests_app.core.people.rights import remember_roles
from requests_app.core.words.texts import moment_in_words

# Why nothing was done that could be done in a while, as people are told it.

BUSY = {
    Deadline.LOCK: gettext_lazy(
        "Somebody else is at work on it right now. Nothing has been changed: wait a"
        " moment and try again."
    ),
    Deadline.ROOM: gettext_lazy(
        "Too many are at work right now. Nothing has been changed: wait a moment and"
        " try again."
    ),
    Deadline.STATEMENT: gettext_lazy(
        "It took the database too long. Nothing has been changed: try again, and tell"
        " the system administrator if it happens again."
    ),
    Deadline.AWAY: gettext_lazy(
        "The database does not answer. Nothing has been changed: try again in a"
        " minute, and tell the system administrator if it goes on."
    ),
}

WRONG_CLOCK = gettext_lazy(
    "The clocks of the servers differ, and nothing has been changed. The system"
    " administrator has to set them right."
)


# The accounts that sign what no person does.

SYSTEM, INTAKE, SWEEP, OUTBOX = "system", "intake", "sweep", "outbox"
# What the authority's directory tells of people (lockbox_site.scim).
DIRECTORY = "directory"


def machine_account(name: str, using: str = "default") -> Any:
    return get_user_model().objects.using(using).get(username=name, is_machine=True)


@contextmanager
def as_owner(using: str = "default") -> Iterator[None]:
    """With the rights of whoever signed in to the database, inside a transaction: at
    delivery that is the owner of the tables, and never the application's own login."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute("SET LOCAL ROLE NONE")
        yield
        cursor.execute("SELECT set_config('role', %s, true)", [before])


def signs_in_as_owner(using: str = "default") -> bool:
    """Is whoever signed in to the database the owner of the tables?"""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(session_user, relowner, 'usage') FROM pg_class"
            " WHERE oid = %s::regclass",
            [get_user_model()._meta.db_table],
        )
        return cursor.fetchone()[0]


def make_machine_accounts(using: str) -> Any:
    """The first of them signs for itself: nobody else is there yet."""
    users = get_user_model().objects.using(using)
    system = users.filter(username=SYSTEM).first()
    if system is None:
        system = get_user_model()(username=SYSTEM, last_name="Lockbox", is_machine=True)
        system.set_unusable_password()
        system.pk = _next_number(using)
        with acting_as(system, using=using):
            system.save(using=using, force_insert=True)
            record("release.reference_data", by=system, using=using)
    for name in (INTAKE, SWEEP, OUTBOX, DIRECTORY):
        if not users.filter(username=name).exists():
            account = get_user_model()(
                username=name, last_name=f"Lockbox ({name})", is_machine=True
            )
            account.set_unusable_password()
            with acting_as(system, using=using):
                account.save(using=using)
                record("release.reference_data", by=system, using=using)
    return system


def _next_number(using: str) -> int:
    """The first account signs for itself: it needs its number beforehand."""
    table = get_user_model()._meta.db_table
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        return cursor.fetchone()[0]


# What every step is made of: one transaction, one lock, one signature.
#
# The order in a step is always: lock, state, person, write, record. From which states
# it
# starts, who takes it and what else must be so stand on the step itself: `step` asks
# them, and the pages read them to offer it.

P = ParamSpec("P")
R = TypeVar("R")

# Filled by the domain that owns a model (requests_app/hooks.py).
# What a person is to a subject, of which its rights are asked; of any other subject the
# person is asked.
RELATIONS: dict[type[models.Model], Callable[[Any, Any], Any]] = {}
# Locks the row that a subject belongs to, before the subject's own; returns what to set
# on the subject when it has been read again, by attribute.
LOCKED_FIRST: list[Callable[[Any], Mapping[str, models.Model]]] = []
# Is the subject shared by authorities, so that nobody at work on it is named?
SHARED: list[Callable[[Any], bool]] = []


class WrongState(Exception):
    """The step does not start from the state the case is in."""


class WrongStatus(WrongState):
    """The step does not start from the status that the case has; told in our words."""


class ChangedSince(WrongState):
    """Somebody changed the case after the form was opened."""


class Busy(WrongState):
    """The database gave the step up in time: nothing has been written. Try again."""


def nothing(_relation: Any, _subject: Any) -> str:
    return ""


class Step(Generic[P, R]):
    """A function that is one transaction, signed by `by`; its `reason` goes to history,
    unless `keeps_reason`: then it is content, for those alone who may read that.

    `starts_from`: statuses of the subject, none for any. `may`: is it theirs to take
    who are this to the subject (`relation_to`)? A text names a property of what they
    are. `hindrance`: why they can't take it now, or the empty string.
    `begins`: False where the step locks more than its subject, or something else, and
    then begins or asks itself.
    """

    def __init__(
        self,
        function: Callable[P, R],
        starts_from: tuple[str, ...] = (),
        may: Callable[[Any, Any], bool] | str | None = None,
        hindrance: Callable[[Any, Any], str] = nothing,
        begins: bool = True,
        keeps_reason: bool = False,
    ) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.starts_from = starts_from
        self.hindrance = hindrance
        self.begins = begins and may is not None
        self.keeps_reason = keeps_reason
        # The same function, where several steps are the same people's.
        self.may = _rule(may) if isinstance(may, str) else may or _nobodys

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        by: Any = kwargs["by"]
        # Rights are read again under the lock, not taken from when the page was opened.
        by.role_rows = None
        try:
            reason = "" if self.keeps_reason else str(kwargs.get("reason") or "")
            with acting_as(by, reason=reason):
                if self.begins:
                    self.begin(args[0], by)
                return self.function(*args, **kwargs)
        except OperationalError as error:
            deadline = deadline_of(error)
            if deadline is None:
                raise
            raise Busy(BUSY[deadline]) from error
        except IntegrityError as error:
            if not acting.is_wrong():
                raise
            raise Busy(WRONG_CLOCK) from error
        finally:
            by.role_rows = None

    def begin(self, subject: Any, by: Any) -> None:
        """Lock the subject, and ask. Raises WrongState or PermissionDenied. Roles are
        read once, however many rows the step begins with."""
        lock(subject, *self.starts_from)
        if by.role_rows is None:
            remember_roles(by)
        self.ask(subject, by)

    def ask(self, subject: Any, by: Any) -> None:
        """Ask whether a subject that is locked is the person's to take, and can be."""
        relation = relation_to(by, subject)
        require(self.may(relation, subject))
        if hindrance := self.hindrance(relation, subject):
            raise WrongState(hindrance)

    def starts_now(self, relation: Any, subject: Any) -> bool:
        return self._is_in_state(subject) and not self.hindrance(relation, subject)

    def obstacle(self, relation: Any, subject: Any) -> str:
        """Why it can't be taken now; empty where it can."""
        if not self._is_in_state(subject):
            return _state_now(subject)
        return self.hindrance(relation, subject)

    def _is_in_state(self, subject: Any) -> bool:
        return not self.starts_from or subject.status in self.starts_from


def _nobodys(_relation: Any, _subject: Any) -> bool:
    return False


def _rule(name: str) -> Callable[[Any, Any], bool]:
    return lambda relation, _subject: getattr(relation, name)


def relation_to(user: Any, subject: Any) -> Any:
    """What a right is asked of: what the person is to the subject, or the person."""
    relation = RELATIONS.get(type(subject))
    return user if relation is None else relation(user, subject)


@overload
def step(function: Callable[P, R], /) -> Step[P, R]: ...


@overload
def step(
    *,
    may: Callable[[Any, Any], bool] | str,
    starts_from: tuple[str, ...] = (),
    hindrance: Callable[[Any, Any], str] = nothing,
    begins: bool = True,
    keeps_reason: bool = False,
) -> Callable[[Callable[P, R]], Step[P, R]]: ...


def step(function: Any = None, /, **terms: Any) -> Any:
    """Make a function a step: bare, or with what it asks of its first argument."""
    if function is not None:
        return Step(function)
    return functools.partial(Step, **terms)


def lock(subject: Any, *starts_from: str) -> None:
    """Reload the caller's own object under a lock, and check its state.

    Steps on one access wait for each other: the rows of its requests are taken first,
    in order, so two steps never wait in a circle. Raises WrongStatus or ChangedSince.
    """
    locks = [locked(subject) for locked in LOCKED_FIRST]
    seen = getattr(subject, "version", None)
    rows = type(subject)._default_manager.select_for_update(of=("self",))
    subject.refresh_from_db(from_queryset=rows)
    for name, row in (item for rows in locks for item in rows.items()):
        setattr(subject, name, row)
    if starts_from and subject.status not in starts_from:
        raise WrongStatus(_state_now(subject))
    if getattr(subject, "version", None) != seen:
        raise ChangedSince(
            _("It has changed since you opened the page.") + " " + _state_now(subject)
        )


def _state_now(subject: Any) -> str:
    """Who changed it last, and when; and its status, where it has one."""
    last = subject.history.first()
    words = {"name": last.history_user_name, "time": moment_in_words(last.history_date)}
    if not hasattr(subject, "get_status_display"):
        return _("Last by %(name)s, %(time)s.") % words
    words["status"] = subject.get_status_display()
    if any(is_shared(subject) for is_shared in SHARED):
        return _("It is now “%(status)s” (%(time)s).") % words
    return _("It is now “%(status)s” (%(name)s, %(time)s).") % words


def require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def save(subject: Any, **values: Any) -> None:
    """Write the values; the version tells other people's open forms about it."""
    for name, value in values.items():
        setattr(subject, name, value)
    if hasattr(subject, "version"):
        subject.version += 1
    subject.save()


def note(event: str, *, on: models.Model, by: Any, **detail: Any) -> None:
    """Record the step itself in the ledger, beside the changes of rows."""
    record(event, on=on, by=by, **detail)


# Several rows settled together, each by a step of its own: all or none.


class SomeHindered(Exception):
    """Some of several rows can't be settled: then none is. `why` of each, by its key,
    and which of them are not the person's to settle."""

    def __init__(self) -> None:
        self.why: dict[int, str] = {}
        self.denied: list[Any] = []
        self._count = 0

    @contextmanager
    def settling(
        self, row: Any, key: int, why_denied: Callable[[Any], str]
    ) -> Iterator[None]:
        """Keeps what hinders one of them, under its key, and goes on to the next."""
        try:
            yield
        except ValidationError as error:
            self.why[key] = " ".join(error.messages)
        except WrongState as error:
            self.why[key] = str(error)
        except PermissionDenied:
            self.why[key] = why_denied(row)
            self.denied.append(row)
        else:
            self._count += 1

    def number_settled(self) -> int:
        """Raises itself where any was hindered."""
        if self.why:
            raise self
        return self._count


def each(
    act: Step[..., Any],
    rows: Iterable[Any],
    *,
    by: Any,
    why_denied: Callable[[Any], str],
    own: Callable[[Any], dict[str, Any]] = lambda _row: {},
    **fields: Any,
) -> int:
    """Do `act` to the rows as they come, in the caller's transaction; returns how many.
    Everybody sorts them alike, so that two people wait for each other and not in a
    circle. Raises SomeHindered; `why_denied` tells why a row is not theirs to settle.
    `own`: fields of one row, beside those that are the same for all.
    """
    hindered = SomeHindered()
    for row in rows:
        with hindered.settling(row, row.pk, why_denied):
            act.begin(row, by)
            act.function(row, by=by, **fields, **own(row))
    return hindered.number_settled()
