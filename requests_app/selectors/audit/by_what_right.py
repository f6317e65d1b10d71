"""What opened a case to whoever read it: of all that they were, that alone."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from requests_app.models import Role
from requests_app.permissions.roles import SEES_UNROUTED
from requests_app.selectors.audit.case_then import CaseThen, Then
from requests_app.selectors.audit.roles_then import Roles
from requests_app.selectors.audit.who_could_see import opened


class ByWhatRight:
    """By what right people read one request. One query, however many read it."""

    def __init__(self, request: int, roles: Roles) -> None:
        self._case = CaseThen(request)
        self._roles = roles

    def of(self, person: int | None, at: datetime, reviews: Iterable[int]) -> list[str]:
        """By what was recorded then. `reviews`: which was read; none for all that the
        request has."""
        if person is None:
            return []
        there = self._case.reviews(at)
        read = [there[key] for key in reviews if key in there] or list(there.values())
        rights = [one for then in read for one in self._opened(person, then, at)]
        return list(dict.fromkeys(rights or self._beside(person, read, at)))

    def _opened(self, person: int, then: Then, at: datetime) -> list[str]:
        rows = self._roles.known(person, at)
        way = opened(self._case, then, rows, person, at)
        labels = [self._roles.in_words(row) for row in way.roles]
        if not way.rights:
            return labels
        if self._case.took_access(then, person):
            return [*labels, _("access with a recorded basis")]
        return labels or [_("named on it")]

    def _beside(self, person: int, read: list[Then], at: datetime) -> list[str]:
        """What opens a part of it: to its provider, to whoever routes it, and what
        somebody was asked for by their role there."""
        if self._roles.is_client_of(person, self._case.connection, at):
            return [_("the provider's client")]
        if person in self._case.conflicts(at):
            return []
        is_listed = any(then.is_named_list for then in read)
        places = {then.authority_id for then in read}
        return [
            self._roles.in_words(row)
            for row in self._roles.known(person, at)
            if row.authority_id == self._case.runs
            and row.role in SEES_UNROUTED
            or not is_listed
            and row.authority_id in {*places, self._case.runs}
            and row.role != Role.SYSTEM_ADMINISTRATOR
        ]
