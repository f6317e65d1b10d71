"""A ladder of notices, laid by two managers."""

from audit_app.acting import acting_as
from requests_app.core.two_persons import confirm, propose_new
from requests_app.duty.models.notices import (
    NoticeLadder,
    NoticeWay,
    Rung,
    Whom,
    written,
)

MAIL = (NoticeWay.MAIL,)
EVERYBODY = Rung(75, Whom.EVERYBODY, MAIL)


def lay(authority, first, second, *rungs, **terms):
    row = NoticeLadder(authority=authority, rungs=written([*rungs, EVERYBODY]), **terms)
    with acting_as(first):
        change = propose_new(row, by=first, reason="Nights")
    confirm(change, by=second)
    return NoticeLadder.objects.get(authority=authority, **terms)


def ladder_of(cast):
    return lay(cast.gsn, cast.per, cast.pia, Rung(0, Whom.ON_DUTY, MAIL))
