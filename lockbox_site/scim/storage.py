"""Where the SCIM server finds and keeps people. Nothing is ever deleted: whom the
directory deletes leaves, and is no longer told of."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q, QuerySet, Subquery
from scim2_models import (
    ConflictException,
    ForbiddenException,
    InvalidValueException,
    NotFoundException,
    SearchRequest,
    UniquenessException,
)
from scim2_models.path import CompareOperator, Comparison
from scim2_server.storage import ScimStorage, SearchPage

from audit_app.acting import acting
from lockbox_site.models import User
from lockbox_site.scim.resource import Person, columns, resource_of
from requests_app.law.user_names import why_not_called
from requests_app.selectors.retention import days_of_all
from requests_app.workflow.directory import close_account, keep_person
from requests_app.workflow.machine_accounts import DIRECTORY, machine_account
from requests_app.workflow.person import SHIELDED
from requests_app.workflow.step import WrongState

# What a filter of one equality is asked of the database for; directories ask these.
LOOKED_UP = {"username": "username__iexact", "externalid": "identity"}


class PeopleStorage(ScimStorage):
    """The people of one municipality: nobody else is there."""

    def __init__(self, municipality: int) -> None:
        self.municipality = municipality

    def operation(self) -> AbstractContextManager[None]:
        return acting(machine_account(DIRECTORY))

    def get(
        self, resource_type: Any, resource_id: str, *, response_parameters: Any = None
    ) -> Person:
        person = self._person(resource_id)
        return resource_of(person, person.changed_at)

    def search(
        self,
        resource_types: Any,
        search_request: SearchRequest[Any],
        *,
        position: Any = None,
    ) -> SearchPage:
        wanted = search_request.filter
        rows = self._people().filter(_looked_up(wanted)).order_by("pk")
        people: list[Any] = [resource_of(row, row.changed_at) for row in rows]
        if wanted is not None:
            people = [person for person in people if wanted.match(person)]
        start = search_request.start_index_0 or 0
        stop = None if search_request.count is None else start + search_request.count
        return SearchPage(len(people), people[start:stop])

    def create(self, resource_type: Any, resource: Any) -> Person:
        return self._keep(User(municipality_id=self.municipality), resource)

    def update(
        self, resource_type: Any, resource: Any, *, expected_version: str | None = None
    ) -> Person:
        return self._keep(self._directorys(resource.id), resource)

    def delete(
        self,
        resource_type: Any,
        resource_id: str,
        *,
        expected_version: str | None = None,
    ) -> None:
        person = self._directorys(resource_id)
        by = machine_account(DIRECTORY)
        with _said_as_conflict():
            close_account(person, by=by)
            keep_person(
                person, by=by, identity=None, directory_roles=[], left_directory=True
            )

    def _keep(self, person: User, resource: Any) -> Person:
        by = machine_account(DIRECTORY)
        values = columns(resource)
        # What a directory has never said of somebody stays unasked.
        if values["directory_roles"] is None and person.directory_roles is not None:
            values["directory_roles"] = []
        if person.pk and not resource.active and _disposes_of_addresses():
            # An address or number that was disposed of does not come back.
            values |= {
                name: "" for name in ("email", "phone") if not getattr(person, name)
            }
        if person.is_protected:
            # The directory goes on calling them by their name.
            values |= {name: getattr(person, name) for name in SHIELDED}
        if person.pk and _is_as_told(person, is_active=resource.active, **values):
            return self.get(None, str(person.pk))
        _refuse_unfit(person, values)
        with _said_as_conflict():
            keep_person(person, by=by, is_active=resource.active, **values)
        return self.get(None, str(person.pk))

    def _people(self) -> QuerySet[Any]:
        """Everybody whom the directory has not deleted."""
        versions = User.history.filter(id=OuterRef("pk")).order_by("-history_id")
        people = User.objects.filter(municipality=self.municipality)
        return people.exclude(is_active=False, left_directory=True).annotate(
            changed_at=Subquery(versions.values("history_date")[:1])
        )

    def _person(self, key: str | None, locked: bool = False) -> Any:
        rows = self._people()
        if locked:
            rows = rows.select_for_update(of=("self",))
        is_number = str(key).isdecimal() and len(str(key)) < 18
        person = rows.filter(pk=key).first() if is_number else None
        if person is None:
            raise NotFoundException
        return person

    def _directorys(self, key: str | None) -> Any:
        """Somebody whom the directory knows. Local accounts, with which people get in
        past it, it reads and never writes."""
        person = self._person(key, locked=True)
        if person.identity is None:
            raise ForbiddenException(detail="A local account is not the directory's.")
        return person


def _disposes_of_addresses() -> bool:
    return days_of_all()["addresses"] is not None


def _is_as_told(person: User, **values: Any) -> bool:
    return all(getattr(person, name) == value for name, value in values.items())


@contextmanager
def _said_as_conflict() -> Iterator[None]:
    try:
        yield
    except WrongState as error:
        raise ConflictException(detail=str(error)) from error


def _looked_up(wanted: Any) -> Q:
    """What of a filter the database answers; the rest is compared one by one."""
    node = wanted.ast if wanted is not None else None
    if not isinstance(node, Comparison) or node.op != CompareOperator.eq:
        return Q()
    lookup = LOOKED_UP.get(str(node.attr_path).rpartition(":")[2].lower())
    return Q(**{lookup: node.value}) if lookup else Q()


def _refuse_unfit(person: User, values: dict[str, Any]) -> None:
    """Raises the SCIM error for whom we have already, and for what fits no column."""
    if text := why_not_called(values["username"], person.municipality_id or 0):
        raise InvalidValueException(detail=text)
    others = User.objects.exclude(pk=person.pk)
    if others.filter(username__iexact=values["username"]).exists():
        raise UniquenessException(
            detail="There is an account with this userName, perhaps a closed one."
        )
    identity = values["identity"]
    beside = others.filter(municipality=person.municipality_id)
    if identity and beside.filter(identity=identity).exists():
        raise UniquenessException(detail="There is an account with this externalId.")
    for name, value in values.items():
        setattr(person, name, value)
    try:
        person.clean_fields(exclude={"password"})
    except ValidationError as error:
        raise InvalidValueException(detail=str(error.message_dict)) from error
