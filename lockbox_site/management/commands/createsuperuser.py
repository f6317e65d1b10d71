"""Nobody is a superuser here, and nobody enters people alone."""

from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> NoReturn:
        raise CommandError(
            "There are no superusers: manage.py found_city enters the first people,"
            " and the administrator of accounts all others."
        )
