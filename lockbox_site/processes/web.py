"""How the web is started, by whoever starts it on this machine."""

import sys

SETTINGS = "python:lockbox_site.gunicorn_settings"
WEB = (
    *(sys.executable, "-m", "gunicorn", "--config", SETTINGS),
    *("--log-level", "warning"),
)
