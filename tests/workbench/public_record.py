"""What stands of cases in the public record: documents asked for and handed out, numbers
of the authority's diary system, marks, packages for the archive; and a gap in a log."""

from requests_app.cases.review.diary import take_number
from requests_app.cases.review.steps.afterwards import mark_secret
from tests.cast import provision
from tests.helpers.archive_deliveries import delivery_of
from tests.helpers.diary import with_diary_system
from tests.helpers.hand_outs import (
    appealed,
    asked_for,
    decided,
    drawn,
    hand_out_rule,
    judged,
    refused_whole,
    reserved,
    waiting,
)
from tests.helpers.logs import log_of


def fill_public_record(cast):
    log_of(cast)
    marked = cast.assigned(number="marked")
    mark_secret(
        marked, by=cast.karin, provision=provision("OSL-23-2-st1"), publication="open"
    )
    asked_for(cast)
    asked_for(cast, marked)
    drawn(asked_for(cast, marked), cast.lena)
    row = asked_for(cast, marked)
    drawn(row, cast.lena)
    judged(row, cast.lena)
    for status in ("look", "ready", "answered"):
        waiting(cast, status)
    hand_out_rule(cast)
    refused_whole(cast, cast.assigned(number="refused papers"))
    decided(cast, cast.assigned(number="papers decided on"))
    reserved(cast, cast.assigned(number="papers with a reservation"))
    for status in ("to_try", "to_hand_over", "at_court"):
        appealed(cast, status)
    delivery_of(cast)
    with_diary_system(cast)
    cast.registered(number="owed a number")
    disputed = cast.registered(number="two numbers").diary_entry
    for number in ("KS 2026/8", "KS 2026/9"):
        take_number(disputed, by=cast.lena, number=number)
