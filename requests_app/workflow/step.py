"""What every step is made of: one transaction, one lock, one signature.

The order in a step is always: lock, state, person, write, record. From which states it
starts, who takes it and what else must be so stand on the step itself: `step` asks
them, and the pages read them to offer it.
"""

import functools
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar, overload

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, models
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.acting import acting
from audit_app.deadlines import deadline_of
from audit_app.ledger import record
from requests_app.models import AccessRequest, SecrecyReview
from requests_app.models.key_in_array import is_in_matter
from requests_app.permissions.involvement import Involvement
from requests_app.permissions.roles import remember_roles
from requests_app.permissions.steps import relation_to
from requests_app.words.times import moment_in_words
from requests_app.workflow.busy import BUSY, WRONG_CLOCK

P = ParamSpec("P")
R = TypeVar("R")


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
    who are this to the subject (`permissions.relation_to`)? A text is a rule of
    Involvement. `hindrance`: why they can't take it now, or the empty string.
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
            with acting(by, reason=reason):
                if self.begins:
                    self.begin(args[0], by)
                return self.function(*args, **kwargs)
        except OperationalError as error:
            deadline = deadline_of(error)
            if deadline is None:
                raise
            raise Busy(BUSY[deadline]) from error
        except IntegrityError as error:
            if not clock.is_wrong():
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
    getattr(Involvement, name)  # a rule that there is
    return lambda involvement, _review: getattr(involvement, name)


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
    access_request = _lock_request(subject)
    seen = getattr(subject, "version", None)
    rows = type(subject)._default_manager.select_for_update(of=("self",))
    subject.refresh_from_db(from_queryset=rows)
    if access_request is not None and hasattr(subject, "access_request_id"):
        subject.access_request = access_request
    if starts_from and subject.status not in starts_from:
        raise WrongStatus(_state_now(subject))
    if getattr(subject, "version", None) != seen:
        raise ChangedSince(
            _("It has changed since you opened the page.") + " " + _state_now(subject)
        )


def _lock_request(subject: Any) -> AccessRequest | None:
    """The row of the request that the subject belongs to, if it belongs to one."""
    if isinstance(subject, AccessRequest):
        key = subject.pk
    elif hasattr(subject, "access_request_id"):
        key = subject.access_request_id
    elif getattr(subject, "review_id", None) is not None:
        reviews = SecrecyReview.objects.filter(pk=subject.review_id)
        key = reviews.values_list("access_request", flat=True).get()
    else:
        key = None
    if key is None:
        return None
    # What it extends and what extends it too: it is one access.
    whole = is_in_matter("pk", key)
    requests = AccessRequest.objects.select_for_update(of=("self",))
    rows = requests.select_related("connection__product").filter(whole)
    return next(row for row in rows.order_by("pk") if row.pk == key)


def _state_now(subject: Any) -> str:
    """Who changed it last, and when; and its status, where it has one."""
    last = subject.history.first()
    words = {"name": last.history_user_name, "time": moment_in_words(last.history_date)}
    if not hasattr(subject, "get_status_display"):
        return _("Last by %(name)s, %(time)s.") % words
    words["status"] = subject.get_status_display()
    if _is_shared(subject):
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


def _is_shared(subject: Any) -> bool:
    """Does it belong to a request that may be several authorities'? Who works for one
    of them is not told to the others, nor to the provider."""
    of_request = isinstance(subject, AccessRequest) or hasattr(
        subject, "access_request_id"
    )
    return of_request and not isinstance(subject, SecrecyReview)
