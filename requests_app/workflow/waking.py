"""Having a provider asked at once: by its own word that there is something to ask."""

from datetime import timedelta

from django.db import connection, transaction

from audit_app import clock
from requests_app.models import Connection, Heartbeat

# A push is known again for as long as its token can be used, and some more.
KNOWN_FOR = timedelta(hours=3)


def wake(channel: str, digest: str) -> bool:
    """Have the connections of a provider asked now. False for a push that has come
    before. Nothing of it is kept but that it came."""
    now = clock.now()
    with transaction.atomic():
        beats = Heartbeat.objects.filter(name__startswith=Heartbeat.WOKEN)
        beats.filter(at__lt=now - KNOWN_FOR).delete()
        _row, is_new = Heartbeat.objects.get_or_create(
            name=f"{Heartbeat.WOKEN}{digest[:14]}", defaults={"at": now}
        )
        if is_new:
            polled = Connection.objects.polled().filter(product__channel=channel)
            with connection.cursor() as cursor:
                for pk in polled.values_list("pk", flat=True):
                    cursor.execute("select pg_notify('lockbox_poll', %s)", [str(pk)])
    return is_new
