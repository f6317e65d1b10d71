"""What a decision's recipient reads of the reasons (FL 32, OSL 10:3): all of them, as
long as it has not been tried, in words of its own, to leave some out."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from requests_app.law.case import Obstacle, Test
from requests_app.models import Authority, Outcome
from requests_app.models.outcome import Interest
from requests_app.words.cited import cites

# Nothing of the secrecy is tried in them, and no provision stands in their reasons.
WITHOUT_TESTS = (Outcome.DISMISSED, Outcome.STRUCK_OFF)
AGAINST = (Outcome.REFUSED, Outcome.PARTIALLY_GRANTED)
A_RULE = re.compile(r"§|\bartik(?:el|larna) \d|\bkap\.|\b\d+:\d+")


class Omission(NamedTuple):
    """What is read instead of all the reasons, and why some are left out.

    `interest` is one of `models.outcome.Interest`; `weight` and `instead` are asked
    for where something is hidden from a party by law (OSL 10:3): not where there is
    no time to write, as the reasons are given afterwards."""

    text: str
    interest: str = ""
    because: str = ""
    weight: str = ""
    instead: str = ""


class Naming(NamedTuple):
    """Codes of the provisions giving secrecy that the recipient may read of, and why,
    where it is not those that the law's own words let be named."""

    codes: frozenset[str]
    because: str = ""


def is_under_fl(kind: str, regime: str, outcome: str, *, is_tf: bool) -> bool:
    """Boards' decisions in law; a company's are made under other rules. What OSL gives
    a right to, or lets its recipient appeal, is one whatever the other answers are."""
    reserved = outcome == Outcome.GRANTED_WITH_RESERVATION
    in_law = regime == Authority.Regime.FL_FULL
    return kind == Authority.Kind.BOARD and (in_law or reserved or is_tf)


def named_as_a_rule(tests: Iterable[Test]) -> frozenset[str]:
    """Of those that give secrecy: what the law's own words let be named."""
    return frozenset(test.code for test in tests if test.hinders and test.may_be_named)


def reasons_obstacles(
    tests: Iterable[Test],
    outcome: str,
    naming: Naming,
    omission: Omission | None,
    *,
    by_fl: bool,
) -> list[Obstacle]:
    """Why the recipient's copy may not read as it is proposed."""
    hindering = [test for test in tests if test.hinders]
    obstacles = _of_naming(hindering, naming)
    if omission is not None:
        unnamed = [row for row in hindering if row.code not in naming.codes]
        obstacles += [
            *_untried(omission, by_fl=by_fl),
            *_of_hurry(omission, unnamed),
            *_of_text(omission.text, outcome, unnamed),
        ]
    elif outcome not in WITHOUT_TESTS:
        obstacles += _of_all_reasons(hindering, naming)
    return obstacles


def _of_naming(hindering: list[Test], naming: Naming) -> list[Obstacle]:
    if naming.codes == named_as_a_rule(hindering) or naming.because.strip():
        return []
    text = _(
        "Say why these provisions may be named to this recipient, and no others: by the"
        " law's own words it would be otherwise."
    )
    return [Obstacle("naming", text, "named_because")]


def _of_all_reasons(hindering: list[Test], naming: Naming) -> list[Obstacle]:
    names = [row.name for row in hindering if row.code not in naming.codes]
    if not names:
        return []
    text = _(
        "All reasons would name %(provisions)s, and naming that tells the recipient"
        " something by itself. Leave reasons out of the recipient's copy, or say below"
        " why it may be named in this case."
    )
    text %= {"provisions": ", ".join(names)}
    return [Obstacle("reveals", text, "leaves_out")]


def _of_hurry(omission: Omission, unnamed: list[Test]) -> list[Obstacle]:
    if omission.interest != Interest.AT_ONCE or not unnamed:
        return []
    text = _(
        "The recipient may not read of %(provisions)s, and will not afterwards: say"
        " what it protects, not that there is no time."
    )
    text %= {"provisions": ", ".join(row.name for row in unnamed)}
    return [Obstacle("hurry", text, "left_out_for")]


def _untried(omission: Omission, *, by_fl: bool) -> list[Obstacle]:
    """What has to be tried in words before anything is left out."""
    needed = {
        "left_out_for": (omission.interest, _("Say what it is that is protected.")),
        "left_out_because": (
            omission.because,
            _("Say why it is necessary to leave reasons out (FL 32, OSL 8:1)."),
        ),
    }
    if by_fl and omission.interest != Interest.AT_ONCE:
        needed |= {
            "left_out_weight": (
                omission.weight,
                _("Say why it is of particular weight that it is not told (OSL 10:3)."),
            ),
            "told_instead": (
                omission.instead,
                _("Say what the recipient is told instead (OSL 10:3)."),
            ),
        }
    return [
        Obstacle("omission", text, field)
        for field, (words, text) in needed.items()
        if not words.strip()
    ]


def naming_obstacle(text: str, unnamed: Iterable[str], field: str) -> Obstacle | None:
    """Why a text for the recipient may not stand: it names one of these provisions, of
    which they may not read."""
    named = [name for name in unnamed if cites(text, name)]
    if not named:
        return None
    message = _("The recipient may not read of %(provisions)s: it is named here.")
    return Obstacle("names", message % {"provisions": ", ".join(named)}, field)


def _of_text(text: str, outcome: str, unnamed: list[Test]) -> list[Obstacle]:
    field = "motivation_for_recipient"
    if hidden := naming_obstacle(text, [row.name for row in unnamed], field):
        return [hidden]
    if not text.strip():
        return [Obstacle("reasons", _("Write what the recipient reads."), field)]
    if outcome in AGAINST and not A_RULE.search(text):
        message = _(
            "Nobody can appeal this: name the provision, or at least the chapters of"
            " the act, and say what follows from it."
        )
        return [Obstacle("appealable", message, field)]
    return []
