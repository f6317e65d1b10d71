"""Let two installations on this machine witness each other, and print what each has
cosigned. Then rewrite the ledger of one, and see that the other refuses it."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lockbox_site.demo import town
from lockbox_site.scratch import own_database


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("It makes databases: for the local cluster only.")
        self.stdout.write("Two empty databases are made; it takes a minute.")
        with own_database() as name, tempfile.TemporaryDirectory() as folder:
            town.show(name, Path(folder), self.stdout)
