"""Read all history, the whole ledger and all contents: do they agree?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit_app import reconcile
from audit_app.reconcile import TOLD


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(reconcile.everything("owner"))
        for one in findings:
            self.stdout.write(str(one))
        faults = [one for one in findings if one.what not in TOLD]
        if faults:
            raise CommandError(f"The record has {len(faults)} faults.")
        self.stdout.write("History, ledger and contents are whole.")
