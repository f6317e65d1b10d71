"""Django's own would set a password that somebody else knows, in the person's name."""

from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?")

    def handle(self, *args: Any, **options: Any) -> NoReturn:
        raise CommandError(
            "A password is chosen by the person alone:"
            " manage.py password_link USERNAME makes the link to do it."
        )
