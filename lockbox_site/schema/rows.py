"""Rows that a database has, or has none of, by its release alone: nobody who works
there writes them."""

from collections.abc import Iterator

from django.db import connections

from requests_app.catalogue.working_days import office_hours_of, working_days
from requests_app.models import WorkingDay

# Rights are dated rows, and the clock of the domain is the real one.
EMPTY = (
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
