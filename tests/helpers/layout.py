"""Documents without their layout: it takes most of the time of a decision, and few
tests look at it. What a document says is written and kept all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from requests_app.documents import render


@contextmanager
def words_only() -> Iterator[Any]:
    """Gives WeasyPrint's own way of writing, where the machine has WeasyPrint."""
    if render.hindrance():
        yield None
        return
    import weasyprint  # needs the system's Pango

    own = weasyprint.HTML.write_pdf
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weasyprint.HTML, "write_pdf", _words)
        yield own


def _words(html: Any, *_args: Any, **_choices: Any) -> bytes:
    return b"%PDF-1.7\n" + "".join(html.etree_element.itertext()).encode()
