"""What an auditor may look through: the ledger, the cases and the people of the
authorities that they audit."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.functional import cached_property

from requests_app.models import Authority, Role, RoleAssignment, SecrecyReview
from requests_app.permissions.municipalities import within_reach
from requests_app.permissions.roles import authorities_of
from requests_app.permissions.visibility import overseen_by, visible_to
from requests_app.words.swedish_order import by_name


class Audited:
    """Whose record somebody may look through: authorities, and people with a role
    there, now or before, by key and name. `is_all`: every authority that there is, and
    so what belongs to none of them as well. `codes` are of every authority of the
    municipality, and `is_alone` where there is no other. One query, and another for
    people."""

    def __init__(self, user: Any) -> None:
        theirs = authorities_of(user, Role.AUDITOR)
        columns = ("pk", "name", "code", "municipality")
        everywhere = list(by_name(Authority.objects.all()).values_list(*columns))
        reach = within_reach(user)
        self.authorities = {
            key: name for key, name, _code, _place in everywhere if key in theirs
        }
        self.codes = {
            key: code for key, _name, code, place in everywhere if place in reach
        }
        self.is_alone = len(self.codes) == len(everywhere)
        self.is_all = bool(theirs) and len(self.authorities) == len(everywhere)

    @cached_property
    def people(self) -> dict[int, str]:
        placed = RoleAssignment.objects.filter(authority__in=self.authorities)
        people = get_user_model()._default_manager.filter(
            pk__in=placed.values("person")
        )
        columns = ("pk", "first_name", "last_name", "username")
        return {
            key: name_of(*name) for key, *name in by_name(people).values_list(*columns)
        }


def name_of(first: str, last: str, login: str) -> str:
    """A user's name from its columns, as `str(user)`: the auditor's login reads no
    whole account."""
    return f"{first} {last}".strip() or login


def name_by(path: str) -> Any:
    """A user's name as a column, of whoever the path leads to."""
    names = F(f"{path}__first_name"), Value(" "), F(f"{path}__last_name")
    whole = NullIf(Trim(Concat(*names)), Value(""))
    return Coalesce(whole, F(f"{path}__username"))


def audits(user: Any) -> bool:
    return bool(authorities_of(user, Role.AUDITOR))


def reviews_audited(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews that the auditor may know of; of those on named lists, the number."""
    theirs = authorities_of(user, Role.AUDITOR)
    return (visible_to(user) | overseen_by(user)).filter(authority__in=theirs)
