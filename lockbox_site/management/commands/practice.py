"""Make the place to practise (Öva), or make it anew: what was done there is gone, and
nothing else is touched. LOCKBOX_PRACTICE names its folder."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lockbox_site import configuration
from lockbox_site.practice import make_anew


class Command(BaseCommand):
    help = __doc__
    # The database may be none yet.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PRACTICE:
            raise CommandError(
                f"{configuration.VARIABLE} names no folder:"
                " this is where people work, and"
                " nothing was changed."
            )
        make_anew(self.stdout)
        self.stdout.write("The place to practise is ready.")
