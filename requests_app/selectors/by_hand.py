"""Which answers an executor gives: others a machine sends, or the provider fetches."""

from django.db.models import Exists, OuterRef, Q

from requests_app.models import Connection, OutboxMessage
from requests_app.models.outbox import OutboxQuerySet


def given_by_hand() -> Q:
    """In a query of deliveries: does an executor give it? What a machine has trouble
    with is theirs too."""
    fetched = Q(access_request__connection__in=Connection.objects.called())
    return ~fetched & ~Q(Exists(being_sent().filter(trouble="")))


def being_sent() -> OutboxQuerySet:
    """What a machine sends of the outer delivery."""
    return OutboxMessage.objects.sent_by_machine().filter(delivery=OuterRef("pk"))
