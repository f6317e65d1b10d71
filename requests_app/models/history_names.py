"""How rows are named where history points at them."""

from django.contrib.auth import get_user_model

from audit_app.changes import show_by_name
from requests_app import models
from requests_app.models.content import IS_INTACT

# A file by its name: only what was typed is sure to be text, and short. What is no
# longer what was kept has no name.
CONTENT = (
    f"case when not ({IS_INTACT}) then null"
    " when file_name <> '' then file_name"
    " when media_type like 'text/%%' then convert_from(body, 'UTF8')"
    " else media_type end"
)


def register() -> None:
    show_by_name(
        get_user_model(),
        "coalesce(nullif(trim(first_name || ' ' || last_name), ''), username)",
    )
    show_by_name(models.Authority, "name")
    show_by_name(models.SecrecyBranch, "name")
    show_by_name(models.Connection, "name")
    show_by_name(models.Provider, "name")
    show_by_name(models.ProviderProduct, "name")
    show_by_name(models.CloudSystem, "name")
    show_by_name(models.CloudObject, "designation")
    show_by_name(models.InformationSet, "name")
    show_by_name(models.Provision, "chapter || ' kap. ' || paragraph || ' OSL'")
    show_by_name(models.DelegationRule, "item_no")
    show_by_name(models.AccessRequest, "external_id")
    show_by_name(models.Content, CONTENT)
