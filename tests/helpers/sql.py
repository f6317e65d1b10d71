"""Past the application: a statement on a connection."""

from django.db import connections


def sql(statement, *values, using="default"):
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
