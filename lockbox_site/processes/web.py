"""How the web is started, by whoever starts it on this machine."""

import sys

WEB = (
    *(sys.executable, "-m", "gunicorn", "lockbox_site.wsgi"),
    *("--worker-class", "lockbox_site.processes.web_worker.WebWorker"),
    *("--log-level", "warning", "--no-control-socket"),
)
