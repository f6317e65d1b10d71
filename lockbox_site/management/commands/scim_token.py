"""Make a token for the authority's directory (SCIM), or end one. Needs the owner's
database login: the application's own makes none. The token is shown once."""

from typing import Any

from django.core.management.base import CommandParser

from lockbox_site.management.asking import TokenCommand, municipality_numbered
from lockbox_site.models import ScimToken


class Command(TokenCommand):
    help = __doc__
    model = ScimToken
    named = "which directory it is for"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--municipality", help="organisation number of whose people it tells of"
        )

    def terms(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"municipality_id": municipality_numbered(options["municipality"]).pk}
