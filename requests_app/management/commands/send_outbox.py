"""Tell providers' machines at once: webhooks, and what stops access. Runs until it is
stopped; what it does not send, the sweep does."""

import threading
from typing import Any

from django.core.management.base import BaseCommand

from requests_app.cases.access.outbox import send_at_once


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        send_at_once(threading.Event())
