"""Make a token for the authority's directory (SCIM), or end one. Needs the owner's
database login: the application's own makes none. The token is shown once."""

from lockbox_site.management.token_command import TokenCommand
from lockbox_site.models import ScimToken


class Command(TokenCommand):
    help = __doc__
    model = ScimToken
    named = "which directory it is for"
