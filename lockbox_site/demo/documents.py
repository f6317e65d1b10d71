"""The documents of the city's decisions: drawn up apart, for it takes as long."""

from collections.abc import Callable
from ctypes.util import find_library

from audit_app import clock
from requests_app.background.documents import draw_up as draw_up_one
from requests_app.documents import render
from requests_app.workflow import document


@clock.may_be_set()
def draw_up(look: Callable[[], None] = lambda: None) -> None:
    """Each at the time of its decision, the newest first. `look` may end it, raising
    between two of them."""
    if document.hindrance():
        return
    with render.pen() as draw:
        for decision in document.not_drawn_up().select_related("decided_by"):
            look()
            with clock.at(decision.decided_at):
                draw_up_one(decision, by=decision.decided_by, draw=draw)


def hindrance() -> str:
    """What this machine lacks for them, in a sentence; empty where it lacks nothing."""
    if render.hindrance():
        return (
            "Decisions are not drawn up as documents, for want of Pango. On Debian:"
            " apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        )
    if find_library("harfbuzz-subset") is None:
        return (
            "Documents take longer to draw up without HarfBuzz-Subset. On Debian:"
            " apt-get install libharfbuzz-subset0"
        )
    return ""
