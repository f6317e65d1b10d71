"""Rules of retention, each set by two who keep such limits at the authority."""

from requests_app.core.two_persons import confirm
from requests_app.records.models import RetentionRule
from tests.helpers.people import engage
from tests.helpers.two_persons import proposed
from tests.helpers.worlds import reused

DECISION = "KSN 2026-0117 § 5"


def rule_of(authority, by, other, **terms):
    row = RetentionRule.objects.filter(authority=authority).first()
    row = row or RetentionRule(authority=authority, disposal_decision=DECISION)
    confirm(proposed(row, by, **terms), by=other)
    return RetentionRule.objects.get(authority=authority)


@reused
def rule_by_two(cast, **terms):
    return rule_of(cast.gsn, cast.per, cast.pia, **terms)


@reused
def rules_everywhere(cast, **terms):
    """Where anybody has a role: what belongs to no authority waits for them all."""
    rule_by_two(cast, **terms)
    for authority, names in ((cast.snc, "valfrid vendla"), (cast.nis, "torvald tyra")):
        pair = [
            engage(cast, name, "information_security", authority)
            for name in names.split()
        ]
        rule_of(authority, *pair, **terms)
