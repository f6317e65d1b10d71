"""How gunicorn serves the web, wherever it is started:
`gunicorn --config python:lockbox_site.gunicorn_settings`. Its own variables
WEB_CONCURRENCY (workers, 4) and GUNICORN_CMD_ARGS, and its flags, change what stands
here. Its lines go to the log as Django's do.
"""

import os
from typing import Any

from lockbox_site.pool import refuse_pool_of_transactions
from lockbox_site.settings import LOGGING

wsgi_app = "lockbox_site.wsgi"
worker_class = "lockbox_site.processes.WebWorker"
bind = "127.0.0.1:8000"
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
timeout = 30  # seconds without a sign of life
# It wants a home, which the user has not.
control_socket_disable = True
# No line of who asked for what: nginx writes one, without what people search for.
logconfig_dict = {
    **LOGGING,
    "loggers": {
        "gunicorn.error": {"propagate": True},
        "gunicorn.access": {"level": "CRITICAL"},
    },
}


def on_starting(_server: Any) -> None:
    """Before there is a worker."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockbox_site.settings")
    refuse_pool_of_transactions()
