"""What a table is: its columns, who keeps and sees its rows, how one is written."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from requests_app.models import Role

SEEN_BY = tuple(role for role in Role if role != Role.SYSTEM_ADMINISTRATOR)
# Between several names in one cell.
BETWEEN = "|"


class Column(NamedTuple):
    name: str
    label: Any
    help: Any = ""

    def headings(self) -> set[str]:
        """What it may be called in a file: our name, or the label in any language."""
        found = {self.name}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                found.add(str(self.label).casefold())
        return found


class Table(NamedTuple):
    name: str
    label: Any
    model: type[models.Model]
    columns: tuple[Column, ...]
    # The columns that tell one row of a file from another.
    key: tuple[str, ...]
    kept_by: Iterable[str]
    seen_by: Iterable[str]
    # Writes one row of a file by somebody: "new", "changed" or "same".
    put: Callable[["dict[str, str]", Any], str]
    # The cells of one row of the register, in the order of the columns.
    cells: Callable[[Any], list[Any]]
    related: tuple[str, ...]
    prefetched: tuple[str, ...] = ()
    note: Any = ""
    authority_path: str = "authority"


def allowed(choices: Any) -> Any:
    """The labels of what may stand in a cell, in the reader's language."""
    return lazy(lambda: ", ".join(str(value.label) for value in choices), str)()


YES_OR_NO = _("yes or no")
SEVERAL = _("Several with | between them.")
A_DAY = _("A day as 2026-01-31.")
EMPTY_IS_NONE = _("May be empty.")
