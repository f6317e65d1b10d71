"""What the server writes to its log."""

import logging


class RefusalInOneLine(logging.Filter):
    """A refusal is an answer, no fault: its line goes without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == 403:
            record.exc_info = None
            record.exc_text = None
        return True


class WithoutFontTools(logging.Filter):
    """Where HarfBuzz-Subset is missing, WeasyPrint says so for each font of each
    document. `serve` says it once, and what to install."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("Using fontTools instead of HarfBuzz")
