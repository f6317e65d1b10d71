"""Retention: official."""

from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.retention import NO_DOCUMENT, Retention

# Which rows of a case are official documents (TF 2): what models declare.
#
# `document` beside the columns says of every kind of row with a text or a file what it
# is
# to whoever asks for the case: a document of its own, a part of another, or none.


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


# How long cases, registers and what is told of them are kept: what models declare. The
# periods that an authority may choose stand here once, with their least and most.

BOARD = _("Archives Act (1990:782) section 10: a decision on disposal, not made yet")
CHOSEN = _(
    "Archives Act (1990:782) section 10: the decision that the authority's rule names;"
    " GDPR art. 5.1 e"
)
RETENTION_WORKING_PAPER = _("Freedom of the Press Act 2:12: working paper, no document")

# What one case is made of goes with it, and the board has to say when.
WITH_CASE = Retention(after=_("the case is closed"), basis=BOARD)
DATA_SUBJECT = Retention(after=_("the request has been answered"), basis=BOARD)
# A copy that was handed out is a document of its own: it goes with the last case of
# which it has something, and by the rule of that.
HANDED_OUT = Retention(
    after=_("the last case that something was asked of has been disposed of"),
    basis=BOARD,
)
REGISTER = Retention(after=_("the row no longer holds"), basis=BOARD)
OVERSIGHT = Retention(after=_("the audit or report is ended"), basis=BOARD)
# By whom: names stand in decisions, versions and lines for as long as these.
HAS_LEFT = Retention(after=_("the person has left"), basis=BOARD)
PEOPLE = Retention(after=_("the last case that names the person is gone"), basis=BOARD)
# That something was disposed of, by which decision and by whom.
FOR_EVER = Retention(
    after=_("the archive itself is ended"),
    basis=_("Archives Act (1990:782) section 10: what says that a disposal was lawful"),
)
# A draft of a form, and what a machine was answered.
DRAFT = Retention(after=_("it was last saved"), basis=RETENTION_WORKING_PAPER, days=7)
API_ANSWER = Retention(after=_("the call was answered"), basis=NO_DOCUMENT, days=3)


class Period(NamedTuple):
    """`least` and `most`: days within which an authority chooses."""

    retention: Retention
    least: int
    most: int


def _chosen(name: str, after: object, days: int) -> Retention:
    return Retention(after=after, basis=CHOSEN, days=days, period=name)


SEARCHES = _chosen("searches", _("somebody searched"), 365)
READS = _chosen("reads", _("somebody read, was refused or took something out"), 730)
SIGN_INS = _chosen("sign_ins", _("somebody signed in, or tried to"), 365)
NOTICES = _chosen("notices", _("what was told of ran out"), 365)
ADDRESSES = _chosen("addresses", _("the person has left, or took it away"), 90)

# By the column of RetentionRule.
PERIODS: dict[str, Period] = {
    "searches": Period(SEARCHES, 90, 1825),
    "reads": Period(READS, 365, 3650),
    "sign_ins": Period(SIGN_INS, 90, 1825),
    "notices": Period(NOTICES, 30, 1825),
    "addresses": Period(ADDRESSES, 1, 365),
}
