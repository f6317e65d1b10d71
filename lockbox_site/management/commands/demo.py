"""Fill an empty database with the invented city of Exempelstad."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lockbox_site.demo import city


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Demo data is for the local database only.")
        city.ensure_city(self.stdout)
        city.draw_up()
