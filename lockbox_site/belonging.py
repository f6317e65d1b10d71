"""To which municipality and authority the rows of every table belong: as its model's
foreign keys lead there, or as it declares in `belongs`; of others' models it is said
here."""

from collections.abc import Iterable, Iterator
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Q

from lockbox_site.models import User
from requests_app.models import (
    Alteration,
    Authority,
    Content,
    Municipality,
    Recertification,
    RegisterChange,
)
from requests_app.models.belonging import HERE, KEYS, SHARED

# The most keys from a row to its municipality, one after another.
FURTHEST = 6
Belongs = str | tuple[str, ...]
Whose = Municipality | Authority
BEYOND_AUTHORITY = "__municipality"

OF_OTHERS: dict[str, Belongs] = {
    "lockbox_site_user_groups": HERE,
    "lockbox_site_user_user_permissions": HERE,
    "django_admin_log": HERE,
    "auth_permission": HERE,
    "auth_group_permissions": HERE,
    "auth_group": HERE,
    "django_content_type": HERE,
    "django_session": HERE,
    "guardian_userobjectpermission": HERE,
    "guardian_groupobjectpermission": HERE,
    "account_emailaddress": HERE,
    "account_emailconfirmation": HERE,
    "allauth_idp_oidc_client": KEYS,
    "allauth_idp_oidc_token": KEYS,
    # Whose a line is, way_out/lines.py says.
    "audit_app_ledgerentry": HERE,
    "audit_app_ledgerdetail": HERE,
    "audit_app_disagreement": HERE,
    "audit_app_foldedline": HERE,
    "audit_app_refusalcount": HERE,
    "audit_app_sealedleaf": HERE,
    "audit_app_checkpoint": HERE,
    "audit_app_cosignature": HERE,
    "audit_app_stamp": HERE,
    "audit_app_receipt": HERE,
    "audit_app_keystatement": HERE,
}
# Rows that name another by its table and key go with it, too.
NAMING: dict[Any, tuple[str, str]] = {
    RegisterChange: ("row_table", "row_id"),
    Recertification: ("row_table", "row_id"),
    Alteration: ("object_type", "object_id"),
}


@cache
def belonging(model: Any) -> Belongs | None:
    """One of `models.belonging`, or the names of what a row leads to. Nothing where the
    model says nothing."""
    live = getattr(model, "instance_type", model)
    declared = getattr(live, "belongs", None) or OF_OTHERS.get(live._meta.db_table)
    return declared or _nearest(live)


@cache
def ways_of(model: Any, kind: type[Whose] = Municipality) -> tuple[str, ...]:
    """Every way from a row to its municipality, as queries write it; or to its
    authority, which is the last before that. None of what no authority has alone."""
    if model is kind:
        return ("pk",)
    if kind is Authority:
        ways = (way.removesuffix(BEYOND_AUTHORITY) for way in ways_of(model))
        return tuple(way for way in ways if way.endswith("authority"))
    names = belonging(model)
    if not isinstance(names, tuple):
        return ()
    return tuple(way for name in names for way in _onwards(model, name))


def belongs_to(ways: Iterable[str], whose: int) -> Q:
    """In a query: does one of these ways lead to the one with this key?"""
    return reduce(or_, (Q(**{way: whose}) for way in ways))


def _onwards(model: Any, name: str) -> Iterator[str]:
    target = getattr(model, "instance_type", model)
    for one in name.split("__"):
        target = target._meta.get_field(one).related_model
    if target is Municipality:
        yield name
    else:
        yield from (f"{name}__{way}" for way in ways_of(target))


def _nearest(model: Any) -> tuple[str, ...] | None:
    """The first of the fewest keys that lead there from every row; else one to what
    declares it. People say whose a row is where nothing else does."""
    if model is Municipality:
        return ("pk",)
    keys = _keys(model)
    level = [key for key in keys if key[1] is not User]
    for _step in range(FURTHEST):
        for name, target in level:
            if target is Municipality:
                return (name,)
        level = [
            (name, beyond)
            for name, target in level
            for _name, beyond in _keys(target)
            if beyond is not User
        ]
    says = [name for name, target in keys if _declares(target)]
    return (says[0],) if says else None


def _keys(model: Any) -> list[tuple[str, Any]]:
    """Foreign keys that no row is without."""
    return [
        (field.name, field.related_model)
        for field in model._meta.concrete_fields
        if field.is_relation and not field.null and field.related_model is not model
    ]


def _declares(model: Any) -> bool:
    return isinstance(getattr(model, "belongs", None), tuple)


def undeclared() -> list[str]:
    """Tables that say neither whose they are nor that they are nobody's."""
    models = apps.get_models(include_auto_created=True)
    return [one._meta.db_table for one in models if belonging(one) is None]


def exported(kind: type[Whose] = Municipality) -> list[Any]:
    """The models whose rows are a municipality's, or an authority's."""
    return [one for one in _live() if one is Content or ways_of(one, kind)]


def shared() -> list[Any]:
    """The models whose rows are everybody's, and are written along."""
    return [one for one in _live() if belonging(one) == SHARED]


def _live() -> list[Any]:
    """Models that are neither versions nor proxies, in the order of their tables."""
    models = [
        one
        for one in apps.get_models()
        if not hasattr(one, "instance_type") and not one._meta.proxy
    ]
    return sorted(models, key=lambda one: one._meta.db_table)
