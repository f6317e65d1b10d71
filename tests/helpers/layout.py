"""Documents without their layout: it takes most of the time of a decision, and few
tests look at it. What a document says is written and kept all the same.

The process that draws finds, in place of WeasyPrint, what lies in `words_only`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

STAND_IN = str(Path(__file__).parent / "words_only")


@contextmanager
def words_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", STAND_IN, prepend=os.pathsep)
        yield


@contextmanager
def laid_out() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONPATH", raising=False)
        yield
