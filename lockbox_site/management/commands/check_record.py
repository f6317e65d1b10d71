"""Read all history and the whole ledger: does the record agree with itself?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit_app import record


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(record.faults("owner"))
        for line in faults:
            self.stdout.write(line)
        if faults:
            raise CommandError(f"The record has {len(faults)} faults.")
        self.stdout.write("History and ledger are whole.")
