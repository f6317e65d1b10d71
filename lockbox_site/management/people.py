"""People as they are named on the command line."""

from django.core.management.base import CommandError

from lockbox_site.models import User


def person_named(username: str) -> User:
    """Raises CommandError for whoever has no open account."""
    person = User.objects.filter(username=username, is_machine=False).first()
    if person is None:
        raise CommandError(f"Nobody has the user name {username}.")
    if not person.is_active:
        raise CommandError(f"The account of {username} is closed.")
    return person
