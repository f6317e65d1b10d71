"""Laying rosters, swapping shifts, and what being on duty does not give."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.rights.involvement import involvement
from requests_app.core.calendar import EVERY, FREE, WORKING, Recurrence
from requests_app.core.step import ChangedSince, WrongState, machine_account
from requests_app.duty import steps
from requests_app.duty.models.roster import (
    RosterGroup,
    RosterPattern,
    Shift,
    ShiftOffer,
)

pytestmark = pytest.mark.django_db
NIGHT = {"begins": time(22), "ends": time(6)}


def a_roster(cast, acts=("review",), name="Jour", authority=None):
    with acting_as(cast.per):
        return RosterGroup.objects.create(
            authority=authority or cast.gsn, name=name, acts=list(acts)
        )


def hours(number):
    return acting.now() + timedelta(hours=number)


def laid(cast, group, person, begins, ends):
    return steps.lay_shift(
        group, by=cast.per, person=person, begins_at=begins, ends_at=ends
    )


def pattern(cast, group, **terms):
    usual = {
        "person": cast.karin,
        "weekdays": list(range(7)),
        "days": EVERY,
        "every_weeks": 1,
        "valid_from": acting.today() + timedelta(days=1),
        "valid_to": None,
    }
    return steps.lay_pattern(group, by=cast.per, **{**usual, **NIGHT, **terms})


def test_being_on_duty_gives_no_right(cast):
    subject = cast.registered()
    group = a_roster(cast, acts=("register", "review", "decide", "execute"))
    before = involvement(cast.ines, subject)
    laid(cast, group, cast.ines, hours(-1), hours(8))
    assert involvement(cast.ines, subject) == before


def test_only_the_authority_s_managers_lay_its_roster(cast):
    group = a_roster(cast)
    for person in (cast.karin, cast.rut, cast.sam):
        with pytest.raises(PermissionDenied):
            steps.lay_shift(
                group,
                by=person,
                person=cast.karin,
                begins_at=hours(1),
                ends_at=hours(2),
            )
    assert not Shift.objects.exists()


def test_nobody_from_elsewhere_is_put_on_duty(cast):
    with pytest.raises(ValidationError) as told:
        laid(cast, a_roster(cast), cast.cilla, hours(1), hours(9))
    assert "person" in told.value.message_dict


def test_overlapping_shifts_are_told_beside_the_field(cast):
    group = a_roster(cast)
    laid(cast, group, cast.karin, hours(1), hours(9))
    with pytest.raises(ValidationError) as told:
        laid(cast, group, cast.karin, hours(8), hours(12))
    assert "begins_at" in told.value.message_dict
    with pytest.raises(ValidationError) as told:
        pattern(cast, group, begins=time(0), ends=time(23, 59),
                valid_from=acting.today())  # fmt: skip
    assert "valid_from" in told.value.message_dict
    assert Shift.objects.count() == 1 and not RosterPattern.objects.exists()


def test_a_night_of_nine_hours(cast):
    """A duty over the clock's change: by the clock on the wall, so longer in autumn and
    shorter in spring."""
    lengths = {}
    for day in (date(2027, 3, 27), date(2027, 10, 30), date(2027, 11, 6)):
        nights = Recurrence(range(7), EVERY, time(22), time(6), 1, day, day)
        ((begins, ends),) = nights.spans(day)
        lengths[day] = (ends - begins).total_seconds() / 3600
    assert list(lengths.values()) == [7, 9, 8]


def test_half_an_hour_that_spring_leaves_out_is_no_shift(cast):
    day = date(2027, 3, 28)
    lost = Recurrence(range(7), EVERY, time(2), time(3), 1, day, day)
    assert list(lost.spans(day)) == []


def test_a_holiday_that_moves(cast):
    """Ascension Day: another day each year, never a working one."""
    for day in (date(2026, 5, 14), date(2027, 5, 6)):
        free = Recurrence(range(7), FREE, time(8), time(16), 1, day, day)
        working = Recurrence(range(7), WORKING, time(8), time(16), 1, day, day)
        assert len(list(free.spans(day))) == 1
        assert not list(working.spans(day))


def test_turns_are_taken_by_the_week(cast):
    first = date(2026, 12, 7)
    turns = Recurrence([0], EVERY, time(8), time(16), 4, first, None)
    days = [begins.date() for begins, _ends in turns.spans(date(2027, 2, 28))]
    assert days == [first, date(2027, 1, 4), date(2027, 2, 1)]


def test_a_pattern_goes_on_and_is_ended(cast):
    group = a_roster(cast)
    row = pattern(cast, group)
    number = row.shifts.count()
    assert 80 <= number <= 85
    with (
        acting.at(acting.now() + timedelta(days=14)),
        acting_as(machine_account("sweep")),
    ):
        assert steps.lay_further(row) == 14
        assert steps.lay_further(row) == 0
    steps.end_pattern(row, by=cast.per)
    assert not row.shifts.standing().exists()
    with pytest.raises(WrongState):
        steps.end_pattern(row, by=cast.per)


def test_a_shift_that_was_withdrawn_is_not_laid_again(cast):
    row = pattern(cast, a_roster(cast))
    steps.withdraw_shift(row.shifts.first(), by=cast.per)
    with acting_as(machine_account("sweep")):
        assert steps.lay_further(row) == 0


def test_a_swap_is_agreed_by_both(cast):
    group = a_roster(cast)
    hers = laid(cast, group, cast.karin, hours(1), hours(9))
    his = laid(cast, group, cast.jonas, hours(20), hours(28))
    offer = steps.offer_shift(hers, by=cast.karin, in_return=his)
    assert Shift.objects.standing().get(pk=hers.pk).person == cast.karin
    with pytest.raises(PermissionDenied):
        steps.take_offer(offer, by=cast.karin)
    steps.take_offer(offer, by=cast.jonas)
    now = Shift.objects.standing().order_by("begins_at")
    assert [(row.person, row.begins_at) for row in now] == [
        (cast.jonas, hers.begins_at),
        (cast.karin, his.begins_at),
    ]


def test_two_who_take_the_same_shift_at_once(cast):
    group = a_roster(cast)
    shift = laid(cast, group, cast.karin, hours(1), hours(9))
    steps.offer_shift(shift, by=cast.karin)
    first, second = ShiftOffer.objects.get(), ShiftOffer.objects.get()
    steps.take_offer(first, by=cast.jonas)
    with pytest.raises(ChangedSince):
        steps.take_offer(second, by=cast.lena)
    assert Shift.objects.standing().get().person == cast.jonas


def test_two_who_swap_at_once(cast):
    """The shift that was to come in return has gone meanwhile: nothing is half done."""
    group = a_roster(cast)
    hers = laid(cast, group, cast.karin, hours(1), hours(9))
    his = laid(cast, group, cast.jonas, hours(20), hours(28))
    swap = steps.offer_shift(hers, by=cast.karin, in_return=his)
    gift = steps.offer_shift(his, by=cast.jonas, offered_to=cast.lena)
    steps.take_offer(gift, by=cast.lena)
    with pytest.raises(WrongState):
        steps.take_offer(swap, by=cast.jonas)
    swap.refresh_from_db()
    assert swap.is_open
    assert Shift.objects.standing().get(pk=hers.pk).person == cast.karin


def test_volunteers_take_what_nobody_has(cast):
    group = a_roster(cast)
    offer = steps.ask_for_volunteers(
        group, by=cast.per, begins_at=hours(2), ends_at=hours(4)
    )
    with pytest.raises(PermissionDenied):
        steps.take_offer(offer, by=cast.cilla)
    steps.take_offer(offer, by=cast.jonas)
    assert Shift.objects.get().person == cast.jonas


def test_who_is_on_duty_already_does_not_take_more_of_the_same(cast):
    group = a_roster(cast)
    laid(cast, group, cast.jonas, hours(1), hours(5))
    offer = steps.ask_for_volunteers(
        group, by=cast.per, begins_at=hours(2), ends_at=hours(4)
    )
    with pytest.raises(WrongState):
        steps.take_offer(offer, by=cast.jonas)


def test_a_shift_ends_after_it_begins(cast):
    with pytest.raises(ValidationError) as told:
        laid(cast, a_roster(cast), cast.karin, hours(3), hours(2))
    assert "ends_at" in told.value.message_dict
    assert datetime(2026, 1, 1, tzinfo=UTC) < hours(0)
