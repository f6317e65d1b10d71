"""Dispose of the cases on lists that one person has proposed and another confirmed, by
the database's own role for that. Run it again where it was stopped: it goes on, and the
protocol is drawn up once."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from audit_app.acting import acting_as
from requests_app.cases.review.papers.render import NotDrawn
from requests_app.records.models import Disposal
from requests_app.records.steps import end
from requests_app.records.sweep import carry_out


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        confirmed = Disposal.objects.filter(status=Disposal.Status.CONFIRMED)
        troubles = []
        for disposal in confirmed.order_by("pk"):
            try:
                stays = carry_out(disposal, partial(_ask, disposal.confirmed_by))
                end(disposal, by=disposal.confirmed_by, stays=stays)
            except (DatabaseError, NotDrawn) as error:
                troubles.append(f"{disposal}: {str(error).splitlines()[0]}")
                continue
            gone = disposal.items.exclude(disposed_case=None).count()
            self.stdout.write(f"{disposal}: {gone} cases gone, {len(stays)} stay.")
        if troubles:
            raise CommandError("\n".join(troubles))


def _ask(by: Any, query: str, values: list[Any]) -> list[tuple[int, str]]:
    with acting_as(by, using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("set local role lockbox_disposal")
        cursor.execute(query, values)
        return cursor.fetchall()
