"""How long rows of every table are kept: as its model declares; of other packages'
models it is said here."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from audit_app.retention import NO_DOCUMENT, Retention
from requests_app.models.retention import REGISTER

SIGNED_IN = Retention(after=_("the sign-in has run out"), basis=NO_DOCUMENT, days=0)
# Rights by group or by row, and what Django knows its models by: a release writes them.
# Tables of packages that nobody writes here: `check_database` tells of a row.
EMPTY = Retention(after=_("nothing is written here"), basis=NO_DOCUMENT, days=0)
BY_RELEASE = Retention(after=_("a release replaces it"), basis=NO_DOCUMENT, days=0)

OF_OTHERS = {
    "lockbox_site_user_groups": EMPTY,
    "lockbox_site_user_user_permissions": EMPTY,
    "django_admin_log": EMPTY,
    "auth_permission": BY_RELEASE,
    "auth_group_permissions": EMPTY,
    "auth_group": EMPTY,
    "django_content_type": BY_RELEASE,
    "django_session": SIGNED_IN,
    "guardian_userobjectpermission": EMPTY,
    "guardian_groupobjectpermission": EMPTY,
    "account_emailaddress": EMPTY,
    "account_emailconfirmation": EMPTY,
    "allauth_idp_oidc_client": REGISTER,
    "allauth_idp_oidc_token": SIGNED_IN,
}


def retention_of(model: Any) -> Retention | None:
    """What is declared of its rows: a version goes with the row that it is of."""
    live = getattr(model, "instance_type", model)
    return getattr(live, "retention", None) or OF_OTHERS.get(live._meta.db_table)


def retention_of_column(model: Any, column: str) -> Retention | None:
    """Its own, where the column goes earlier; else its row's."""
    rule = retention_of(model)
    return rule.columns.get(column, rule) if rule else None


def undeclared() -> list[str]:
    """Tables of which nothing is declared, and declared columns that no table has."""
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        table, rule = model._meta.db_table, retention_of(model)
        columns = {field.column for field in model._meta.concrete_fields}
        if rule is None:
            wrong.append(table)
        # A history may leave a column out.
        elif not hasattr(model, "instance_type"):
            strays = sorted(rule.columns.keys() - columns)
            wrong += [f"{table}.{name}" for name in strays]
    return wrong
