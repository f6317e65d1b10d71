"""Guards of the people's accounts, and what is asked of tables of other packages."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.idp.oidc.models import Client, Token
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from guardian.models import GroupObjectPermission, UserObjectPermission

from audit_app.guards import Family, Table, audited, ledgered, watched
from lockbox_site.models import ScimToken, SecondFactor, SignInBrake, User
from requests_app.audit.guards import never_deleted

GUARDED: dict[Table, list[Family]] = {
    User: [audited(), never_deleted()],
    ScimToken: [ledgered("", "digest")],
    SecondFactor: [ledgered("", "secret last_step")],
    SignInBrake: [watched("key")],
    User.groups.through: [watched()],
    User.user_permissions.through: [watched()],
    Client: [ledgered("nobody", "secret data")],
    Token: [watched("hash data")],
    EmailAddress: [watched()],
    EmailConfirmation: [watched("key")],
    Group: [watched()],
    Group.permissions.through: [watched()],
    GroupObjectPermission: [watched()],
    UserObjectPermission: [watched()],
    LogEntry: [watched()],
    Session: [watched("session_key session_data")],
}
