"""Two at once on a roster: one of them is told, and nobody is on duty twice."""

import pytest
from django.core.exceptions import ValidationError

from requests_app.duty import steps
from requests_app.duty.models.roster import RosterGroup, Shift, ShiftOffer
from tests.workflow.test_races import at_once, one_of_two
from tests.workflow.test_roster import a_roster, hours, laid

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


def taking(pk, person):
    offer = ShiftOffer.objects.get(pk=pk)
    return lambda: steps.take_offer(offer, by=person)


def test_two_take_one_shift_at_once(cast):
    group = a_roster(cast)
    shift = laid(cast, group, cast.karin, hours(1), hours(9))
    offer = steps.offer_shift(shift, by=cast.karin)
    one_of_two(at_once(*(taking(offer.pk, who) for who in (cast.jonas, cast.lena))))
    assert Shift.objects.standing().count() == 1


def test_two_who_swap_at_once_swap_once(cast):
    """Each has offered the other's shift for their own, and both say yes."""
    group = a_roster(cast)
    hers = laid(cast, group, cast.karin, hours(1), hours(9))
    his = laid(cast, group, cast.jonas, hours(20), hours(28))
    first = steps.offer_shift(hers, by=cast.karin, in_return=his)
    second = steps.offer_shift(his, by=cast.jonas, in_return=hers)
    one_of_two(at_once(taking(first.pk, cast.jonas), taking(second.pk, cast.karin)))
    standing = Shift.objects.standing().order_by("begins_at")
    assert [row.person for row in standing] == [cast.jonas, cast.karin]


def test_two_lay_the_same_at_once(cast):
    pk, karin = a_roster(cast).pk, cast.karin
    begins, ends = hours(1), hours(9)

    def lay(by):
        group = RosterGroup.objects.get(pk=pk)
        terms = {"person": karin, "begins_at": begins, "ends_at": ends}
        return lambda: steps.lay_shift(group, by=by, **terms)

    errors = [
        result
        for result in at_once(lay(cast.per), lay(cast.pia))
        if isinstance(result, Exception)
    ]
    assert len(errors) == 1 and isinstance(errors[0], ValidationError)
    assert Shift.objects.count() == 1
