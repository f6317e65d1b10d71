"""What is asked for in parts: which harm tests count for which part, and which parts
may be given (TF 2:15). Pure.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from requests_app.law.case import (
    Circumstances,
    Facts,
    HarmOutcome,
    IntendedDecision,
    Obstacle,
    Part,
    Test,
)
from requests_app.models import Outcome
from requests_app.models.outcome import GRANTS
from requests_app.words.phrases import listed


def in_effect(tests: Iterable[Test], parts: Collection[int]) -> tuple[Test, ...]:
    """The tests that count: a part's own, and that of everything as long as some part
    has none of its own."""
    rows = [row for row in tests if row.part is None or row.part in parts]
    rows = [row for row in rows if row.outcome != HarmOutcome.AS_WHOLE]
    return tuple(row for row in rows if not parts or covered(row, rows, parts))


def covered(
    test: Test, tests: Iterable[Test], parts: Collection[int]
) -> frozenset[int]:
    """The parts that the test counts for, of what is tested in parts."""
    if test.part is not None:
        return frozenset({test.part})
    own = {row.part for row in tests if row.code == test.code and row.in_force}
    return frozenset(parts) - own


def covered_by(facts: Circumstances, test: Test) -> frozenset[int]:
    return covered(test, facts.tests, [part.key for part in facts.parts])


def tests_of_part(facts: Circumstances, part: Part) -> list[Test]:
    return [row for row in facts.tests if part.key in covered_by(facts, row)]


def limited_to(facts: Facts, parts: Collection[Part]) -> Facts:
    """The facts as they would be if these parts alone had been asked for."""
    keys = {part.key for part in parts}
    tests = [row for row in facts.tests if covered_by(facts, row) & keys]
    return replace(facts, tests=tuple(tests), parts=tuple(parts))


def open_parts(facts: Circumstances) -> tuple[Part, ...]:
    """The parts that may be given: past every secrecy there a ground leads."""
    return tuple(
        part
        for part in facts.parts
        if all(
            not row.hinders or facts.breaks(row) for row in tests_of_part(facts, part)
        )
    )


def given_parts(facts: Facts, outcome: str) -> tuple[Part, ...]:
    """Those that a decision with this outcome gives; of one in part, those that nothing
    bars."""
    if outcome not in GRANTS:
        return ()
    is_partial = outcome == Outcome.PARTIALLY_GRANTED
    return (is_partial and open_parts(facts)) or facts.parts


def given(facts: Facts, outcome: str) -> Facts:
    """The facts of what a decision with this outcome gives."""
    return limited_to(facts, given_parts(facts, outcome)) if facts.parts else facts


def is_tested_in_each_part(facts: Facts, code: str) -> bool:
    return all(
        any(test.code == code for test in tests_of_part(facts, part))
        for part in facts.parts
    )


def of_what_is_open(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    """Whoever asks for official documents is given what is not secret (TF 2:15)."""
    if decision.outcome != Outcome.REFUSED or facts.is_of_access:
        return []
    if not facts.parts:
        if not _is_open(facts.tests):
            return []
        text = _(
            "No provision that has been tested makes the documents secret: they are"
            " handed out (TF 2:15)."
        )
        return [Obstacle("open", text, "outcome")]
    names = [part.name for part in facts.parts if _is_open(tests_of_part(facts, part))]
    if not names:
        return []
    text = _(
        "No provision makes this secret, and it is handed out (TF 2:15): %(parts)s."
        " Choose partially granted."
    )
    return [Obstacle("open", text % {"parts": listed(names)}, "outcome")]


def _is_open(tests: Iterable[Test]) -> bool:
    """Has it been tested, and no secrecy found? Where everything is struck there was
    nothing to test."""
    outcomes = {test.outcome for test in tests} - {HarmOutcome.STRUCK, ""}
    return outcomes == {HarmOutcome.DOES_NOT_APPLY}


def of_parts(facts: Facts) -> list[Obstacle]:
    """Each is one that is asked for yet, and has been tested."""
    gone = _("%s lies in an object that is no longer asked for: name the parts anew.")
    untested = _("%s: no secrecy provision has been tested for this part.")
    return [
        *(
            Obstacle("parts", gone % part.name, to_assess=True)
            for part in facts.parts
            if part.is_gone
        ),
        *(
            Obstacle("parts", untested % part.name, to_assess=True)
            for part in facts.parts
            if not tests_of_part(facts, part)
        ),
    ]
