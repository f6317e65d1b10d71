"""Disposal of the details of lines, as its two persons do it."""

from django.db import connections, transaction

from lockbox_site.models import User

BASIS = "KSN 2031-0117 § 5"
PROPOSE = "select audit_disposal_propose(%s, %s, %s, 'test')"
CONFIRM = "select audit_disposal_confirm(%s, %s, 'test')"


def proposed(lines, basis=BASIS, by="karin", using="default", role="lockbox_disposal"):
    return _in_role(using, role, PROPOSE, [line.pk for line in lines], basis, _pk(by))


def confirmed(number, by="jonas", using="default", role="lockbox_disposal"):
    return _in_role(using, role, CONFIRM, number, _pk(by))


def dispose(lines, second="jonas", **options):
    """Returns how many details there were."""
    return confirmed(proposed(lines, **options), **options | {"by": second})


def _pk(name):
    return User.objects.get(username=name).pk


def _in_role(using, role, query, *values):
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute("select current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute(f"set role {role}")
        cursor.execute(query, values)
        told = cursor.fetchone()[0]
        cursor.execute(f"set role {before}")
        return told
