"""Who comes back from the identity provider, and what the directory lets them be.

The claims are a condition, no right: a role is held by whoever two managers have given
it, and used only while the directory says so too.
"""

from typing import Any, NamedTuple

from audit_app.acting import acting
from audit_app.ledger import Kind, record
from lockbox_site.models import User
from lockbox_site.oidc.configured import IdentityProvider
from lockbox_site.oidc.people import people_of
from lockbox_site.oidc.refusal import Refused
from requests_app.law.last_holders import why_not_gone
from requests_app.models import Role


class Statement(NamedTuple):
    """What the claims say of a person, in our words."""

    person: User
    roles: list[str]
    # Roles in the directory that are none of ours.
    unknown: list[str]
    # When the person was asked who they are, in seconds; 0 where it is not said.
    asked_at: int


def understand(claims: dict[str, Any], own: IdentityProvider) -> Statement:
    """Raises Refused where the claims do not let anybody in. What the directory says
    of roles is written down even then: it holds for every page and every step."""
    identity = str(claims.get(own.person_claim, ""))[:255]
    if not set(_texts(claims.get(own.mfa_claim))) & set(own.mfa_values):
        raise Refused("mfa", identity=identity)
    person = _person(identity, own)
    named = _texts(claims.get(own.roles_claim))
    roles = sorted(set(named) & set(Role.values))
    unknown = sorted(set(named) - set(Role.values))
    _write_down(person, roles)
    if unknown:
        record("user.role_unknown", by=person, on=person, kind=Kind.AUTH, roles=unknown)
    if not roles and unknown:
        raise Refused("unknown_role", roles=", ".join(unknown)[:200])
    if not roles:
        raise Refused("no_role", identity=person.identity or "")
    asked_at = claims.get("auth_time")
    return Statement(person, roles, unknown, int(asked_at or 0))


def _person(identity: str, own: IdentityProvider) -> User:
    """The account of this identity in the provider's own municipality. Without a claim
    the identity is empty: no account has that."""
    person = people_of(own).filter(identity=identity).first()
    if person is None or not identity:
        raise Refused("unknown_person", identity=identity)
    if not person.is_active:
        raise Refused("closed", identity=identity)
    return person


def _write_down(person: User, roles: list[str]) -> None:
    if person.directory_roles != roles:
        if missed := why_not_gone(person, keeps=roles):
            identity = person.identity or ""
            raise Refused("last_holder", missed=missed, identity=identity)
        person.directory_roles = roles
        with acting(person):
            person.save(update_fields=["directory_roles"])


def _texts(claim: Any) -> list[str]:
    """Providers write one value as itself, or as a list of one."""
    return [str(one) for one in (claim if isinstance(claim, list) else [claim]) if one]
