"""Rows that a database has, or has none of, by its release alone: nobody who works
there writes them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from requests_app.catalogue.working_days import office_hours_of, working_days
from requests_app.models import WorkingDay

# Rights are dated rows, an address is a column of its account, and the clock is real.
EMPTY = (
    "account_emailaddress",
    "account_emailconfirmation",
    "audit_app_setclock",
    "auth_group",
    "auth_group_permissions",
    "django_admin_log",
    "guardian_groupobjectpermission",
    "guardian_userobjectpermission",
    "lockbox_site_user_groups",
    "lockbox_site_user_user_permissions",
)


def differences(using: str) -> Iterator[str]:
    with connections[using].cursor() as cursor:
        for table in EMPTY:
            cursor.execute(f"select exists (select from {table})")  # noqa: S608 — ours
            if cursor.fetchone()[0]:
                yield f"not empty: {table} has rows, and nothing here writes any"
    days = WorkingDay.objects.using(using).order_by("day").values_list()
    if list(days) != [(day, *office_hours_of(day)) for day in working_days()]:
        yield f"other rows: {WorkingDay._meta.db_table} is not the calendar of here"
    yield from _of_the_release(using)


def _of_the_release(using: str) -> Iterator[str]:
    """What Django writes as it migrates; more may stand there from a release before."""
    types = ContentType.objects.using(using).values_list("app_label", "model")
    kinds = {(one._meta.app_label, one._meta.model_name) for one in apps.get_models()}
    yield from _not_once("django_content_type", kinds, types)
    permissions = Permission.objects.using(using).order_by()
    named = permissions.values_list("content_type__app_label", "codename")
    yield from _not_once("auth_permission by django_content_type", _rights(), named)
    recorder = MigrationRecorder(connections[using])
    done = recorder.migration_qs.values_list("app", "name")
    known = set(MigrationLoader(None).disk_migrations or ())
    yield from _not_once("django_migrations", known, done)


def _rights() -> set[tuple[str, str]]:
    options = [model._meta for model in apps.get_models()]
    return {
        (one.app_label, name)
        for one in options
        for name in [
            *(get_permission_codename(act, one) for act in one.default_permissions),
            *(name for name, _label in one.permissions),
        ]
    }


def _not_once(where: str, known: set[Any], rows: Iterable[Any]) -> Iterator[str]:
    count = Counter(rows)
    for one in sorted(known):
        if count[one] != 1:
            yield f"other rows: {where} has {count[one]} of {' '.join(one)}, expected 1"
