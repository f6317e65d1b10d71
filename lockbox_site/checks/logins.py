"""What the database lets each of the three logins do, asked of the database itself."""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.db import Error, connections

ROLE = {"default": "lockbox_app", "auditor": "lockbox_auditor"}
ASKED = """
select session_user, current_user, r.rolsuper or r.rolreplication or r.rolbypassrls,
  r.rolcreaterole, pg_has_role(session_user, d.datdba, 'member'),
  array(select o.rolname::text from pg_roles o where o.rolname in
    ('lockbox_app', 'lockbox_auditor', 'lockbox_disposal')
    and pg_has_role(session_user, o.oid, 'member'))
from pg_roles r, pg_database d
where r.rolname = session_user and d.datname = current_database()
"""


class Login(NamedTuple):
    """One row of what was asked."""

    name: str
    acts_as: str
    is_mighty: bool
    makes_roles: bool
    is_owner: bool
    roles: list[str]


def faults_of(alias: str) -> list[str]:
    """What is wrong with the login of an alias, a sentence each."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(ASKED)
            login = Login(*cursor.fetchone())
    except Error as error:
        return [f"{alias}: no connection: {' '.join(str(error).split())}"]
    if login.is_mighty or login.makes_roles:
        return [
            f"{alias}: login {login.name} is a superuser, replicates, passes by rules"
            " or makes roles: no guard would hold it."
        ]
    if alias == "owner":
        return list(_of_the_owner(login))
    return list(_of_a_role(alias, login))


def _of_the_owner(login: Login) -> Iterator[str]:
    # Web and sweep have no owner's login: the application's stands in its place.
    is_absent = login.name == settings.DATABASES["default"]["USER"]
    if not login.is_owner and not is_absent:
        yield f"owner: login {login.name} does not own the database."


def _of_a_role(alias: str, login: Login) -> Iterator[str]:
    role = ROLE[alias]
    if login.is_owner:
        yield f"{alias}: login {login.name} owns the database: no guard would hold it."
        return
    for other in login.roles:
        if other != role:
            yield f"{alias}: login {login.name} is in {other} too: it is to be in one."
    if role not in login.roles:
        yield f"{alias}: login {login.name} is not in {role}."
    elif login.acts_as != role:
        yield (
            f"{alias}: login {login.name} does not act as {role}:"
            f" `alter role {login.name} set role {role}`."
        )
