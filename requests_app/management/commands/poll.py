"""Ask the providers that are asked by machine, once. The sweep does it every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_app.oversight.sweep import poll_all


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for line in poll_all():
            self.stdout.write(line)
