"""What people call a row of a table, and what it is made of."""

from functools import cache
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

# Of others' models, and of rows that nobody reads but an auditor.
BESIDE = {
    "account_emailaddress": _("e-mail address of an account"),
    "account_emailconfirmation": _("confirmation of an e-mail address"),
    "allauth_idp_oidc_token": _("token of a contract client"),
    "audit_app_applicationlogin": _("login of the application"),
    "audit_app_disagreement": _("disagreement between the recorders"),
    "audit_app_handedout": _("checkpoint that was handed out"),
    "audit_app_reconciled": _("how far the recorders are compared"),
    "audit_app_witnessedlog": _("log that is witnessed"),
    "auth_group": _("group of accounts"),
    "auth_group_permissions": _("right of a group"),
    "django_admin_log": _("line of Django's own log"),
    "django_session": _("session"),
    "guardian_groupobjectpermission": _("right of a group to an object"),
    "guardian_userobjectpermission": _("right of an account to an object"),
    "lockbox_site_signinbrake": _("brake on sign-ins"),
    "lockbox_site_user_groups": _("account in a group"),
    "lockbox_site_user_user_permissions": _("right of an account"),
    "requests_app_channelnotice": _("notice through a channel"),
    "requests_app_forminuse": _("form that is open"),
    "requests_app_mailboxposition": _("how far the mailbox is read"),
    "requests_app_refusedaddress": _("refused e-mail address"),
    "requests_app_sentnotice": _("notice by mail"),
    "requests_app_draft": _("text that is not sent yet"),
}


def kind_of(table: str) -> str:
    """The table's own name, where nothing else is known."""
    return str(BESIDE.get(table) or _of_models().get(table, table))


@cache
def _of_models() -> dict[str, Any]:
    return {
        model._meta.db_table: model._meta.verbose_name
        for model in apps.get_models()
        if not model._meta.proxy
    }


def columns(model: Any) -> tuple[str, ...]:
    """The fields of a row, but for its number."""
    return tuple(
        field.name for field in model._meta.concrete_fields if not field.primary_key
    )
