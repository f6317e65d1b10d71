"""What the law answers of a case, held against the oracle."""

from requests_app.cases.review.law import facts, rules
from tests.law import oracle, statute
from tests.law.cases import facts_of, wanted_of


def named(case: statute.Case) -> list[str]:
    return [found.rule for found in rules.obstacles(facts_of(case), wanted_of(case))]


def explain(case: statute.Case) -> str:
    return f"oracle: {oracle.broken(case)}, law: {named(case)}, case: {case}"


def agree(case: statute.Case) -> str:
    """Both say the same of a case; answers what they say, to be counted."""
    forbidden = oracle.broken(case)
    assert bool(named(case)) == bool(forbidden), explain(case)
    if case["outcome"] not in statute.GRANTS:
        return f"no grant, {'forbidden' if forbidden else 'allowed'}"
    if forbidden:
        return "grant, forbidden"
    reserved = case["outcome"] == "granted_with_reservation"
    ground = facts.lawful_ground(facts_of(case), reserved=reserved)
    assert ground == case["ground"] == statute.lawful_ground(case), explain(case)
    return f"grant, allowed on {ground}"
