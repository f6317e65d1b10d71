"""Documents turned into pictures of their pages, masked, and looked through afterwards.

Knows no case and no person: bytes in, bytes out. What comes from outside is opened only
in a process of its own, which may take so much time and memory and no more.
"""

from requests_app.redaction.kinds import Box, Mask, NotTurned, Page, Word
from requests_app.redaction.turning import (
    how_looked,
    page_at,
    pages_of,
    paper_of,
    redacted,
    what_is_left,
)

__all__ = [
    "Box",
    "Mask",
    "NotTurned",
    "Page",
    "Word",
    "how_looked",
    "page_at",
    "pages_of",
    "paper_of",
    "redacted",
    "what_is_left",
]
