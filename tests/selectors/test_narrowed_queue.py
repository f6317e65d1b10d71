"""The queue narrowed by its address, and lines of it that belong together."""

from datetime import timedelta

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.desk.forms import QueueFilterForm
from requests_app.desk.queue.everything import everything_for, in_order
from requests_app.duty.models.roster import Act, RosterGroup, Shift
from tests.cast import SITE
from tests.helpers.people import give
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db


def shown(client, query):
    return {item.name for item in client.get(f"/{query}").context["items"]}


def test_by_authority_step_class_and_clock(cast):
    with acting_as(cast.pia):
        give(cast, cast.lena, "registrar", cast.snc)
    here, there = cast.new(number="1"), cast.new(number="2", objects=(SITE,))
    late = cast.new(number="3", answer_deadline=acting.now() + timedelta(hours=1))
    lena = signed_in(cast.lena)
    every = shown(lena, "")
    assert {str(here), str(there), str(late)} <= every
    assert shown(lena, f"?authority={cast.snc.pk}") == {str(there)}
    assert shown(lena, "?step=register") == {str(here), str(there), str(late)}
    assert shown(lena, "?clock=soon") == {str(late)}
    assert shown(lena, f"?clock=soon&authority={cast.snc.pk}") == set()
    assert shown(lena, f"?authority={cast.gsn.pk}") == {str(here), str(late)}


def test_what_is_taken_together_is_narrowed_as_well(cast):
    for number in range(4):
        cast.new(number=f"N{number}")
    soon = {"answer_deadline": acting.now() + timedelta(hours=1)}
    late = {cast.new(number=f"LATE{number}", **soon) for number in range(2)}
    lena = signed_in(cast.lena)
    address = "/several/register/?clock=soon"
    assert f'href="{address}">Registrera flera (2)' in words(lena.get("/?clock=soon"))
    page = lena.get(f"{address}&all=")
    assert {line.item.about for line in page.context["form"].lines} == late
    assert "Visa alla" in words(page) and words(page).count(" checked") == 2
    every = lena.get("/several/register/")
    assert len(every.context["form"].lines) == 6 and "Visa alla" not in words(every)


def test_by_class(cast):
    cast.new(number="1")
    cast.new(number="2")
    low, high = everything_for(cast.lena)
    items = [low._replace(level=1), high._replace(level=3)]
    form = QueueFilterForm({"level": "3"}, items=items, user=cast.lena)
    assert form.lines() == items[1:]
    assert len(form.fields["level"].choices) == 3


def test_how_many_are_shown_is_said_and_what_makes_no_sense_narrows_nothing(cast):
    for number in range(3):
        cast.new(number=f"N{number}")
    late = cast.new(number="4", answer_deadline=acting.now() + timedelta(hours=1))
    lena = signed_in(cast.lena)
    told = words(lena.get("/?clock=soon"))
    assert (
        "1 av 4 ärenden och uppgifter visas" in told and f"/{late.pk}/change/" in told
    )
    assert 'role="status"' in told and "Visa alla" in told
    assert shown(lena, "?clock=never") == shown(lena, "")
    assert 'aria-invalid="true"' in words(lena.get("/?clock=never"))
    rows = lena.get("/waiting/?clock=soon").json()["rows"]
    assert len(rows) == 1 and str(late.pk) in rows[0]


def test_what_is_narrowed_is_looked_for_in_all_that_waits(cast, monkeypatch):
    monkeypatch.setattr("lockbox_site.pages.desk.LONGEST", 1)
    for number in range(2):
        cast.new(number=f"N{number}", answer_deadline=acting.now() + timedelta(hours=1))
    last = cast.assigned(number="LAST")
    cast.new(number="N9")
    per_step = shown(signed_in(cast.karin), "?step=assess")
    assert per_step == {str(last)}


def test_before_the_next_shift(cast):
    early = cast.new(number="1", answer_deadline=acting.now() + timedelta(hours=5))
    cast.new(number="2", answer_deadline=acting.now() + timedelta(hours=9))
    lena = signed_in(cast.lena)
    assert "före nästa pass" not in words(lena.get("/?clock=soon"))
    now = acting.now()
    with acting_as(cast.per):
        group = RosterGroup.objects.create(
            authority=cast.gsn, name="Night", acts=[Act.REGISTER]
        )
        for begins in (now - timedelta(hours=1), now + timedelta(hours=7)):
            Shift.objects.create(
                group=group, person=cast.lena, begins_at=begins,
                ends_at=begins + timedelta(hours=8), source="typed", made_at=now,
            )  # fmt: skip
    assert shown(lena, "?clock=shift") == {str(early)}


def test_what_belongs_together_stands_together_and_says_how(cast):
    first = cast.new(number="1", support_case="T-1", answer_deadline=in_hours(2))
    cast.new(number="2", answer_deadline=in_hours(3))
    cast.new(number="3", support_case="t-1", answer_deadline=in_hours(9))
    items = [item for item in in_order(everything_for(cast.lena)) if item.clock]
    assert [item.about.access_request.external_id for item in items] == ["1", "3", "2"]
    assert [item.belongs for item in items] == ["", _case(first), ""]
    last = items[1].about.access_request
    last.extends = first.access_request
    (*_others, item) = in_order([items[0], items[1]])
    assert item.belongs == f"Förlänger {first}"


def test_what_ties_two_others_together_makes_one_group_of_them(cast):
    b = cast.new(number="B", answer_deadline=in_hours(4))
    a = cast.new(number="A", answer_deadline=in_hours(2))
    c = cast.new(number="C", answer_deadline=in_hours(3))
    other = cast.new(number="O", answer_deadline=in_hours(3.5))
    rows = {item.name: item for item in everything_for(cast.lena)}
    a_item, b_item, c_item, o_item = (rows[str(x)] for x in (a, b, c, other))
    a_item.about.access_request.extends_id = b.access_request_id
    b_item.about.access_request.extends_id = c.access_request_id
    order = [item.name for item in in_order([o_item, b_item, c_item, a_item])]
    assert order == [str(a), str(b), str(c), str(other)] or order == [
        str(a), str(c), str(b), str(other),
    ]  # fmt: skip


def in_hours(number):
    return acting.now() + timedelta(hours=number)


def _case(review):
    return f"Samma supportärende som {review}"
