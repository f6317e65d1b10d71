"""What the server writes to its log."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from audit_app.acting import request_id

LINK = re.compile(r"/password/\S+")


def to_the_console(formatter: str) -> dict[str, Any]:
    """Django's LOGGING. Of a clone a person reads the log (`plain`), of a server a
    program (`lines`)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "refusals": {"()": RefusalInOneLine},
            "links": {"()": WithoutLinks},
        },
        "formatters": {
            "lines": {"()": JsonLines},
            "plain": {"format": "%(message)s"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["refusals", "links"],
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


class WithoutLinks(logging.Filter):
    """A link by which somebody chooses a password stands in its address, and Django
    writes the address of what failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if (clean := LINK.sub("/password/…", text)) != text:
            record.msg, record.args = clean, None
        return True


class JsonLines(logging.Formatter):
    """One object a line. `request` is the number that stands in the ledger too."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "request": request_id.get(),
            "message": record.getMessage(),
        }
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
