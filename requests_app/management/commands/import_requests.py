"""Take in requests from a saved answer of a provider."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.cases.intake.sweep import receive_document
from requests_app.core.step import INTAKE, machine_account
from requests_app.providers import registry
from requests_app.registers.models.cloud import Connection


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "provider", choices=registry.names(lambda can: can.can_be_read_from_file)
        )
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--connection", help="name or tenant id, where there is more than one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connection = _connection(options["provider"], options["connection"])
        try:
            raw = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        by = machine_account(INTAKE)
        troubles = 0
        for received in receive_document(connection, raw, by=by):
            number = received.access_request or "?"
            self.stdout.write(f"{number}: {received.result or 'known'}")
            if received.trouble:
                troubles += 1
                self.stderr.write(self.style.WARNING(f"  {received.trouble}"))
        if troubles:
            raise CommandError(
                f"{troubles} could not be taken in; kept on the intake list."
            )


def _connection(channel: str, wanted: str | None) -> Connection:
    rows = Connection.objects.filter(product__channel=channel, is_active=True)
    if wanted:
        rows = rows.filter(name=wanted) | rows.filter(external_id=wanted)
    connections = list(rows[:2])
    if len(connections) != 1:
        names = ", ".join(row.name for row in rows) or "none"
        raise CommandError(f"Say which --connection: {names}.")
    return connections[0]
