"""What the server writes to its log."""

import logging


class RefusalInOneLine(logging.Filter):
    """A refusal is an answer, no fault: its line goes without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == 403:
            record.exc_info = None
            record.exc_text = None
        return True
