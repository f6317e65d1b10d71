"""The yearly round of power: what is due is opened, reminded of twice, and ended.

Level-triggered: the next round finds what was missed, and nothing is told twice.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import IntegrityError

from requests_app.permissions.powers import powers
from requests_app.workflow import recertification
from requests_app.workflow.step import WrongState

log = logging.getLogger(__name__)

# So many of a kind in one round: the next goes on.
MOST = 500


def recertify(by: Any) -> list[str]:
    """What changed for somebody, in lines."""
    reminded = ended = 0
    for model in powers():
        for row in recertification.to_open(model)[:MOST]:
            _tried(partial(recertification.open_one, row, by=by))
    for past in recertification.gone()[:MOST]:
        _tried(partial(recertification.settle_gone, past, by=by))
    for waiting in recertification.to_remind()[:MOST]:
        reminded += _tried(partial(recertification.remind, waiting, by=by))
    for late in recertification.to_end()[:MOST]:
        try:
            why = recertification.end_unconfirmed(late, by=by)
        except (WrongState, IntegrityError) as error:
            log.warning("recertification %s: %s", late.pk, error)
            continue
        ended += not why
    counts = {"reminded": reminded, "ended": ended}
    return [f"recertifications: {n} {what}" for what, n in counts.items() if n]


def _tried(act: Callable[[], Any]) -> int:
    """Another round may just have done it."""
    try:
        act()
    except (WrongState, IntegrityError) as error:
        log.info("recertification: %s", error)
        return 0
    return 1
