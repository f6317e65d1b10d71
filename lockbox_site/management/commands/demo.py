"""Fill an empty database with the invented city of Exempelstad."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit_app.acting import acting
from lockbox_site import postgres
from lockbox_site.demo import azure, cases, exempelmoln, town
from requests_app.models import AccessRequest, Authority
from requests_app.workflow.machine_accounts import SYSTEM, machine_account


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Demo data is for the local database only.")
        if not Authority.objects.exists():
            self.stdout.write("Building Exempelstad (invented) …")
            with acting(machine_account(SYSTEM), reason="demo data"):
                town.build(postgres.secret("demo-password", 9))
            cases.build()
            town.unfinished()
        else:
            cases.top_up()
        exempelmoln.ensure()
        if azure.ensure(settings.AZURE_ENDPOINT):
            self.stdout.write(f"Azure is asked at {settings.AZURE_ENDPOINT}.")
        self.stdout.write(f"{AccessRequest.objects.count()} requests in Exempelstad.")
