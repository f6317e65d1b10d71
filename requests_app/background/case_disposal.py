"""Lists to dispose of, carried out in pieces by the login that alone may."""

from collections.abc import Callable, Iterator
from typing import Any

from requests_app.models import Disposal

PIECE = 25  # cases of one transaction
CARRY_OUT = "select item_id, obstacle from lockbox_cases_dispose(%s, %s, %s)"
# Runs a statement in the database role of disposals: one transaction.
Ask = Callable[[str, list[Any]], list[tuple[int, str]]]


def carry_out(disposal: Disposal, ask: Ask) -> dict[int, str]:
    """All of its cases that can go, as often as others wait for one that has gone now.
    Returns why the rest stays, by the key of its item. Killed, it goes on where it
    was."""
    while True:
        answers = list(_round(disposal, ask))
        stays = {item: why for item, why in answers if why}
        if "referred" not in stays.values() or len(stays) == len(answers):
            return stays


def _round(disposal: Disposal, ask: Ask) -> Iterator[tuple[int, str]]:
    last = 0
    while piece := ask(CARRY_OUT, [disposal.pk, last, PIECE]):
        yield from piece
        last = piece[-1][0]
