"""What the server writes to its log."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from audit_app.acting import request_id
from audit_app.personal_numbers import masked

READY = "/ready"
# What lets somebody in stands in these addresses.
LINK = re.compile(r"/(password|calendar)/[^\s?]+")


def to_the_console(formatter: str) -> dict[str, Any]:
    """Django's LOGGING. Of a clone a person reads the log (`plain`), of a server a
    program (`lines`)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "refusals": {"()": RefusalInOneLine},
            "probes": {"()": WithoutProbes},
        },
        "formatters": {
            "lines": {"()": JsonLines},
            "plain": {"()": Plain},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["refusals", "probes"],
                "formatter": formatter,
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
    }


class RefusalInOneLine(logging.Filter):
    """A refusal is an answer, no fault: its line goes without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == 403:
            record.exc_info = None
            record.exc_text = None
        return True


class WithoutProbes(logging.Filter):
    """A balancer asks /ready every few seconds: that a process is not ready is its
    answer. What is wrong is in the line of /healthz."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        is_probe = getattr(request, "path", "") == READY
        return not (is_probe and getattr(record, "status_code", None) == 503)


def clean(text: str) -> str:
    """Django writes the address of what failed, and the database in its errors what
    the row held: without links, and without personal numbers."""
    return str(masked(LINK.sub(r"/\1/…", text)))


class Plain(logging.Formatter):
    """The message, and where it came from."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


class JsonLines(logging.Formatter):
    """One object a line. `request` is the number that stands in the ledger too."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "request": request_id.get(),
            "message": clean(record.getMessage()),
        }
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if record.exc_info:
            line["traceback"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
