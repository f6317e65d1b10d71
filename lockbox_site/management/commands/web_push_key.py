"""Make the key by which push services know this Lockbox, in a file that only its owner
reads. Every device is added anew where it is replaced: so an existing one is kept."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.providers.secrets import new_key


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="where LOCKBOX_PUSH_KEY is to point"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise CommandError(f"{path} is there already, and is kept.") from None
        except OSError as error:
            raise CommandError(
                f"{path} can not be written: {error.strerror}."
            ) from error
        with os.fdopen(handle, "wb") as file:
            file.write(new_key())
        self.stdout.write(f"{path} is made. Set LOCKBOX_PUSH_KEY={path.resolve()}")
