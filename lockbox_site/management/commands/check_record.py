"""Read all history, the whole ledger and all contents: do they agree?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit_app.reconcile import rounds


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(rounds.everything("owner"))
        for line in faults:
            self.stdout.write(str(line))
        if faults:
            raise CommandError(f"The record has {len(faults)} faults.")
        self.stdout.write("History and ledger are whole.")
