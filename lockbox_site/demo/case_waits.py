"""The city's cases that wait, one for each state that a case can wait in."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from audit_app import clock
from lockbox_site.demo.acts import Case
from lockbox_site.demo.usual_case import assessed, case_of, granted


def _to_register(dice: random.Random, began: datetime, number: str) -> None:
    case_of(dice, began, number)


def _to_assign(dice: random.Random, began: datetime, number: str) -> None:
    case_of(dice, began, number).later(12).register()


def _to_assess(dice: random.Random, began: datetime, number: str) -> None:
    case_of(dice, began, number).later(12).register().later(8).assign()


def _to_propose(dice: random.Random, began: datetime, number: str) -> None:
    assessed(case_of(dice, began, number))


def _to_decide(dice: random.Random, began: datetime, number: str) -> None:
    granted(assessed(case_of(dice, began, number)))


def _to_answer(dice: random.Random, began: datetime, number: str) -> None:
    granted(assessed(case_of(dice, began, number))).later(20).decide()


def _access_runs(dice: random.Random, began: datetime, number: str) -> None:
    case = case_of(dice, began, number, duration_minutes=240)
    granted(assessed(case), minutes=240)
    case.later(20).decide()
    case.now = clock.now() - timedelta(minutes=35)
    case.answer()


def _unknown_object(dice: random.Random, began: datetime, number: str) -> None:
    Case(
        began,
        number,
        ["okand-lada@exempelstad.example"],
        service="Exchange",
        justification="Felsöka e-postlåda som inte tar emot möten",
        duration_minutes=120,
        engineer_country="IE",
    )


def _several_boards(dice: random.Random, began: datetime, number: str) -> None:
    Case(
        began,
        number,
        ["F-01", "S-18", "K-01"],
        service="SharePoint",
        justification="Rätta sökindex som är gemensamt för tre webbplatser",
        duration_minutes=240,
        engineer_country="IN",
        employer_entity="Exempeldrift Underleverantör Ltd (påhittat)",
    )


def _changed_after_decision(dice: random.Random, began: datetime, number: str) -> None:
    case = granted(assessed(case_of(dice, began, number))).later(20).decide()
    case.later(10).receive(duration_minutes=180)


def makers() -> list[Callable[[random.Random, datetime, str], None]]:
    return [
        _to_register,
        _to_assign,
        _to_assess,
        _to_propose,
        _to_decide,
        _to_answer,
        _access_runs,
        _unknown_object,
        _several_boards,
        _changed_after_decision,
    ]
