"""Which provisions the full copy says were tried, and what came of each."""

import re

from requests_app.documents import as_decided
from requests_app.documents.appeal import is_tf
from requests_app.documents.document import Rule
from requests_app.documents.drafting.not_shown import NOT_SHOWN, may_break
from requests_app.documents.wording import (
    BARRED_BY,
    BESIDE,
    GROUNDS,
    NOT_ENOUGH,
    OF_PERSONAL_DATA,
    OF_SECRETS,
    RIGHT,
    TRANSFERS,
    TRIED,
    UNCOVERED,
)
from requests_app.law.case import Part
from requests_app.law.reasons import WITHOUT_TESTS
from requests_app.models import Decision, HarmTest, Outcome, SecrecyReview
from requests_app.models.assessment import Ground
from requests_app.words.phrases import listed


def rules(decision: Decision) -> tuple[Rule, ...]:
    """What was tried and not struck, the ground with what came of it, and the rest."""
    if decision.outcome in WITHOUT_TESTS:
        return ()
    reasons = decision.motivation_internal.text
    every_test = as_decided.harm_tests(decision)
    tests = [row for row in every_test if row.outcome in TRIED]
    answers = {row.node: row.answer for row in as_decided.answers(decision)}
    is_secret = any(row.outcome != HarmTest.Outcome.DOES_NOT_APPLY for row in tests)
    parts = as_decided.parts_of_tests(decision)
    named = [
        Rule(str(row.provision), TRIED[row.outcome] + _where(parts, row))
        for row in tests
    ]
    of_grant = [row for row in tests if _is_of_grant(decision, parts, row)]
    named += _grounds(decision, answers.get("N7", ""), of_grant) if is_secret else []
    if decision.review.matter == SecrecyReview.Matter.FOREIGN_DEMAND:
        is_open = bool(every_test) and not is_secret
        of_persons = any(node.startswith("N9.") for node in answers)
        is_ground = any(rule.citation == OF_SECRETS[0] for rule in named)
        named += [Rule(*OF_SECRETS)] * (not is_open and not is_ground)
        rule = Rule(*OF_PERSONAL_DATA)
        # Of a demand from within the EEA the reasons do not name it.
        named += [rule] * (of_persons and _is_accounted(rule, reasons))
    if is_tf(decision):
        return (*named, Rule(*RIGHT))
    beside = [Rule(*BESIDE[answer]) for answer in BESIDE if answer in answers.items()]
    beside += _transfer(answers)
    if decision.outcome == Outcome.REFUSED:
        beside = [rule for rule in beside if _is_accounted(rule, reasons)]
    return (*named, *beside)


Parts = dict[int, tuple[Part, ...]]


def _where(parts: Parts, row: HarmTest) -> str:
    names = names_of_parts(parts, row)
    return f" i fråga om {names}" if names else ""


def names_of_parts(parts: Parts, row: HarmTest) -> str:
    """For which parts, where it counts for some and not for others."""
    every = {part for named in parts.values() for part in named}
    own = parts.get(row.pk, ())
    return "" if len(own) == len(every) else listed(part.name for part in own)


def _is_of_grant(decision: Decision, parts: Parts, row: HarmTest) -> bool:
    """Does it concern what is granted, or is nothing granted in part?"""
    given = set(decision.part_ids)
    return not given or any(part.key in given for part in parts.get(row.pk, ()))


def _is_accounted(rule: Rule, reasons: str) -> bool:
    """Does a refusal rest on it, or do its reasons name it?"""
    if (rule.citation, rule.outcome) in BARRED_BY:
        return True
    name = rule.citation.partition(" i dataskydd")[0].removesuffix(" OSL")
    return re.search(rf"\b{re.escape(name)}", reasons, re.IGNORECASE) is not None


def _transfer(answers: dict[str, str]) -> list[Rule]:
    """What a transfer to a third country rests on, where there is one."""
    abroad = answers.get("N9.country") == "third"
    if not abroad and answers.get("N9.entity") != "provider_third":
        return []
    uncovered = (answers.get(f"N9.transfer.{name}") for name in ("certified", "scope"))
    ground = answers.get("N9.transfer", "")
    if ground == "adequacy" and "no" in uncovered:
        return [Rule(*UNCOVERED)]
    return [Rule(*TRANSFERS[ground])] if ground in TRANSFERS else []


def _grounds(decision: Decision, ground: str, tests: list[HarmTest]) -> list[Rule]:
    """What carries the grant; or what was tried for it, and was not enough."""
    chosen = [row.ground for row in tests if row.ground]
    if decision.ground == Ground.SEVERAL:
        return [Rule(*GROUNDS[name]) for name in dict.fromkeys(chosen)]
    if decision.ground in GROUNDS:
        return [Rule(*GROUNDS[decision.ground])]
    if decision.outcome != Outcome.REFUSED or not ground:
        return []
    tried = [name for name in dict.fromkeys([*chosen, ground]) if name in GROUNDS]
    names = tried or _that_could(decision, tests)
    return [Rule(GROUNDS[name][0], NOT_ENOUGH) for name in names]


def _that_could(decision: Decision, tests: list[HarmTest]) -> list[str]:
    """The grounds that could have broken the secrecy, where none was chosen."""
    if decision.review.matter == SecrecyReview.Matter.FOREIGN_DEMAND:
        return []
    barring = (row for row in tests if row.outcome != HarmTest.Outcome.DOES_NOT_APPLY)
    codes = [row.provision.code for row in barring]
    return [name for name in NOT_SHOWN if may_break(name, is_tf(decision), codes)]
