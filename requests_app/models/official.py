"""Which rows of a case are official documents (TF 2): what models declare.

`document` beside the columns says of every kind of row with a text or a file what it is
to whoever asks for the case: a document of its own, a part of another, or none.
"""

from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """How a document came to be kept (TF 2:4)."""

    IN = "in", pgettext_lazy("of a document", "Came in")
    OUT = "out", pgettext_lazy("of a document", "Sent")
    DRAWN_UP = "drawn_up", pgettext_lazy("of a document", "Drawn up")


class Official(NamedTuple):
    """Each row is a document, from the moment that the column `at` has.

    `title`: the column that tells it from others of its kind. `with_whom`: the column
    with sender or recipient; where there is none, what came in or was sent is the
    provider's. `came_in`: the column that says of a row that it is no `way` but in.
    """

    way: Way
    at: str
    title: str = ""
    with_whom: str = ""
    came_in: str = ""


class Sheet(NamedTuple):
    """All rows of a case with one sheet are one document: as new as its newest row by
    the column `at`; without one, drawn up when the case is closed, and until then
    somebody's work (TF 2:10 and 2:12)."""

    name: Any
    way: Way
    at: str = ""


class NoDocument(NamedTuple):
    """The rows are none of their own, and `why`; told of where somebody may look for
    them all the same."""

    why: Any
    is_told: bool = False


ASSESSMENT = Sheet(_("The assessment"), Way.DRAWN_UP)
PROVIDERS_LOG = Sheet(_("Acts by the provider's log"), Way.IN, at="reported_at")
WORKING_PAPER = NoDocument(
    _("working paper, no official document (TF 2:12)"), is_told=True
)
ELSEWHERE = NoDocument(_("stands in another document of the case"))
