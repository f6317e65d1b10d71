"""A person as SCIM has them: what Lockbox keeps of the core schema, and no more."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import EmailStr
from scim2_models import (
    URN,
    CaseExact,
    ComplexAttribute,
    Meta,
    Required,
    Resource,
    Uniqueness,
)

from lockbox_site.models import User
from requests_app.models import Role


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
