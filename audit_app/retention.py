"""How long rows are kept: what each model declares beside its columns."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

# How long rows are kept: what each model declares beside its columns.


class Retention(NamedTuple):
    """A period, from which event it runs, and on what basis.

    `days`: how long, where that is settled; nothing where a decision of the board's
    has to say it, and then no round takes anything away. `period`: the column of
    `RetentionRule` by which an authority chooses its own, for which `days` is then the
    proposal. `columns`: those that go before their row, each with its own.
    """

    after: Any
    basis: Any
    days: int | None = None
    period: str = ""
    columns: Mapping[str, "Retention"] = {}

    @property
    def length(self) -> timedelta:
        """The settled period of rows that have one."""
        if self.days is None:
            raise ValueError("a decision has to say how long")
        return timedelta(days=self.days)


# What proves all else. It names nobody but those who acted.
WITH_THE_LEDGER = Retention(
    after=_("the ledger itself is ended"),
    basis=_(
        "Archives Act (1990:782) section 10: a decision on disposal, not made yet; the"
        " ledger proves what the cases are"
    ),
)
NO_DOCUMENT = _("GDPR art. 5.1 e: no document, and needed no longer")
WHILE_NEEDED = Retention(after=_("it has done its work"), basis=NO_DOCUMENT, days=1)
