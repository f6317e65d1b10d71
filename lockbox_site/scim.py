"""SCIM: resource, server, storage and views."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import EmailStr
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ConflictException,
    ETag,
    Filter,
    ForbiddenException,
    InvalidValueException,
    Meta,
    NotFoundException,
    Patch,
    Required,
    Resource,
    SCIMException,
    ScimPolicy,
    ScimProvider,
    SearchRequest,
    ServiceProviderConfig,
    Sort,
    UnauthorizedException,
    Uniqueness,
    UniquenessException,
)
from scim2_models.path import CompareOperator, Comparison
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.service import ScimService
from scim2_server.storage import ScimStorage, SearchPage

from audit_app.acting import acting_as
from audit_app.ledger import Kind, record
from lockbox_site.models import ScimToken, User
from requests_app.core.people.models import Role
from requests_app.core.step import DIRECTORY, WrongState, machine_account
from requests_app.duty.powers import is_ended
from requests_app.organisation.law import why_not_called
from requests_app.organisation.steps import SHIELDED, close_account, keep_person
from requests_app.records.selectors import days_of_all

# A person as SCIM has them: what Lockbox keeps of the core schema, and no more.


class Name(ComplexAttribute):
    family_name: str | None = None
    given_name: str | None = None


class Email(ComplexAttribute):
    class Type(StrEnum):
        WORK = "work"

    value: EmailStr | None = None
    # Directories pick the address by it; there is one.
    type: Type | None = None


class PhoneNumber(ComplexAttribute):
    class Type(StrEnum):
        WORK = "work"

    value: str | None = None
    type: Type | None = None


class GivenRole(ComplexAttribute):
    value: Role | None = None


class Person(Resource[Any]):
    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    # The identity: how the same directory names the person at sign-in.
    external_id: Annotated[str | None, CaseExact.true, Required.true] = None
    name: Name | None = None
    Name: ClassVar[type[ComplexAttribute]] = Name
    title: str | None = None
    active: Annotated[bool | None, Required.true] = None
    emails: list[Email] | None = None
    Emails: ClassVar[type[ComplexAttribute]] = Email
    phone_numbers: list[PhoneNumber] | None = None
    PhoneNumbers: ClassVar[type[ComplexAttribute]] = PhoneNumber
    roles: list[GivenRole] | None = None
    Roles: ClassVar[type[ComplexAttribute]] = GivenRole


Person.__name__ = "User"


def resource_of(person: User, changed_at: Any) -> Person:
    """The person as the directory reads them, with when they last changed."""
    email = Email(value=person.email or None, type=Email.Type.WORK)
    phone = PhoneNumber(value=person.phone, type=PhoneNumber.Type.WORK)
    roles = [GivenRole(value=Role(role)) for role in person.directory_roles or ()]
    return Person(
        id=str(person.pk),
        external_id=person.identity,
        user_name=person.username,
        name=_name(person),
        title=person.title or None,
        active=person.is_active,
        emails=[email] if person.email else None,
        phone_numbers=[phone] if person.phone else None,
        roles=roles or None,
        meta=Meta(
            resource_type="User", created=person.date_joined, last_modified=changed_at
        ),
    )


def _name(person: User) -> Name | None:
    if not (person.first_name or person.last_name):
        return None
    return Name(
        family_name=person.last_name or None, given_name=person.first_name or None
    )


def columns(resource: Any) -> dict[str, Any]:
    """What the directory says, as columns of a person."""
    name = resource.name
    emails = resource.emails or []
    phones = resource.phone_numbers or []
    return {
        "username": resource.user_name,
        "identity": resource.external_id or None,
        "first_name": (name and name.given_name) or "",
        "last_name": (name and name.family_name) or "",
        "title": resource.title or "",
        "email": (emails[0].value or "") if emails else "",
        "phone": (phones[0].value or "") if phones else "",
        # Null where the directory has not said it; the account's own stay as they are.
        "directory_roles": resource.roles
        and sorted({role.value.value for role in resource.roles if role.value}),
    }


# Where the SCIM server finds and keeps people. Nothing is ever deleted: whom the
# directory deletes leaves, and is no longer told of.

# What a filter of one equality is asked of the database for; directories ask these.
LOOKED_UP = {"username": "username__iexact", "externalid": "identity"}


class PeopleStorage(ScimStorage):
    """The people of one municipality: nobody else is there."""

    def __init__(self, municipality: int) -> None:
        self.municipality = municipality

    def operation(self) -> AbstractContextManager[None]:
        return acting_as(machine_account(DIRECTORY))

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


# The SCIM server: a token, and nothing that a browser may send.

log = logging.getLogger(__name__)

# As many people as one answer holds.
MOST = 200
# Directories send more than we keep, and Entra ID in its own way.
TOLERANT = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
PROVIDER = ScimProvider(
    [Person],
    policy=TOLERANT,
    config=ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="bearer_token",
                description="A token made by manage.py scim_token",
            )
        ],
    ),
)
SERVICE = ScimService(PROVIDER)


def answered(request: HttpRequest, path: str) -> HttpResponse:
    """Answers every request of RFC 7644 that the configuration announces."""
    try:
        storage = PeopleStorage(_token(request).municipality_id)
        answer = ScimHandler(SERVICE, storage).handle(_as_scim(request, path))
    except SCIMException as error:
        answer = SERVICE.error_response(error)
        _tell_in_charge(request, path, error)
    return _as_http(answer)


def _tell_in_charge(request: HttpRequest, path: str, error: SCIMException) -> None:
    """What a directory may not do, and tried: in the ledger, and in the log."""
    if not isinstance(error, ForbiddenException | ConflictException):
        return
    what: dict[str, Any] = {"method": request.method, "path": path[:200]}
    what["why"] = str(error.detail)
    by = machine_account(DIRECTORY)
    record("scim.write_refused", by=by, kind=Kind.REFUSAL, **what)
    log.warning("The directory was refused: %s /%s", request.method, path[:200])


def _token(request: HttpRequest) -> ScimToken:
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    digest = ScimToken.digest_of(shown)
    tokens = ScimToken.objects.filter(digest=digest, ended_at=None)
    token = tokens.exclude(is_ended(ScimToken)).first()
    its_own = ScimToken.objects.filter(digest=digest)
    if token is None and its_own.exclude(municipality__left_at=None).exists():
        raise UnauthorizedException(detail="The municipality has left this Lockbox.")
    if scheme.lower() != "bearer" or token is None:
        raise UnauthorizedException
    return token


def _as_scim(request: HttpRequest, path: str) -> ScimRequest:
    root = request.build_absolute_uri(request.path.removesuffix(path)).rstrip("/")
    return ScimRequest(
        method=str(request.method),
        base_url=root,
        path=f"/{path}",
        query=request.GET.dict(),
        headers=dict(request.headers),
        body=request.body,
    )


def _as_http(answer: ScimResponse) -> HttpResponse:
    response: Any = HttpResponse(status=answer.status)
    if answer.body is not None:
        response = JsonResponse(answer.body, status=answer.status)
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response


# The SCIM server's door.


@csrf_exempt
@login_not_required
def scim(request: HttpRequest, path: str) -> HttpResponse:
    # Its models take a quarter of what every process needs to begin.
    from lockbox_site.scim import answered

    return answered(request, path)
