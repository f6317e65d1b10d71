"""The roles of an authority that wait for a second manager, on one page."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation import steps
from tests.helpers.people import NIGHT, engage, enter, first_managers_of
from tests.helpers.web import FREE, fetch, lines, signed_in, words, work_of

pytestmark = pytest.mark.django_db

ROLES = ("registrar", "legal_reviewer", "dpo", "auditor", "information_owner")


def page_of(authority):
    return reverse("admin:waiting_roles", args=[authority.pk])


def posted(client, *rows, do="confirm", reason=""):
    """The page as it was read, with these ticked."""
    seen = {f"seen_{row.pk}": row.version for row in rows}
    ticked = {"rows": [row.pk for row in rows], "do": do, "reason": reason}
    return client.post(page_of(rows[0].authority), {**ticked, **seen})


def given(cast, count):
    """Roles that per gave, and that wait."""
    rows = []
    for number in range(count // len(ROLES)):
        with acting_as(cast.sam):
            person = get_user_model().objects.create(
                username=f"p{number}", last_name=f"Person {number}"
            )
        rows += [
            enter(cast, person, name, by=cast.per, reason="Import") for name in ROLES
        ]
    return rows


def state(rows):
    return [RoleAssignment.objects.get(pk=row.pk).confirmed_by for row in rows]


def test_three_hundred_are_looked_through_and_confirmed_in_one_step(cast):
    rows = given(cast, 300)
    pia = signed_in(cast.pia)
    (line,) = work_of(cast.pia).values()
    assert line.step_url == page_of(cast.gsn) and "299" in line.name
    response, queries = fetch(pia, f"{page_of(cast.gsn)}?all")
    assert len(queries) <= 12, lines(queries)
    shown = words(response)
    assert shown.count(" checked") == 300 and shown.count("Import") == 300
    assert "Person 59" in shown and str(cast.per) in shown
    with CaptureQueriesContext(connection) as caught:
        assert posted(pia, *rows).status_code == 302
    told = [query for query in caught if not query["sql"].startswith(FREE)]
    assert len(told) <= 12 + 6 * len(rows)
    assert set(state(rows)) == {cast.pia}
    row = rows[-1]
    assert row.history.count() == 2
    assert row.history.first().history_user_name == str(cast.pia)
    events = LedgerEntry.objects.filter(event="role.confirmed")
    assert events.count() == 300
    assert not work_of(cast.pia)


def test_what_is_not_theirs_to_confirm_says_why_and_has_no_box(cast):
    engage(cast, "mia", "it_manager", cast.gsn)
    made = get_user_model()(username="new", last_name="Nyman", made_by=cast.pia)
    with acting_as(cast.pia):
        made.save()
    theirs = enter(cast, cast.jonas, "dpo", by=cast.per)
    barred = {
        enter(cast, cast.eva, "dpo", by=cast.pia): "Du har gett rollen",
        enter(cast, cast.pia, "auditor", by=cast.per): "Det är din egen roll",
        enter(cast, made, "dpo", by=cast.per): "Du har lagt upp kontot",
    }
    pia = signed_in(cast.pia)
    shown = words(pia.get(page_of(cast.gsn)))
    assert f'value="{theirs.pk}"' in shown
    for row, why in barred.items():
        assert why in shown and f'name="seen_{row.pk}"' not in shown
        answer = posted(pia, theirs, row)
        assert answer.status_code == 409 and why in words(answer)
        assert state([theirs, row]) == [None, None]
    refusals = LedgerEntry.objects.filter(event="step.confirm", kind="refusal")
    assert refusals.count() == len(barred)


def test_one_that_can_not_be_confirmed_keeps_the_rest_and_says_so_beside_it(cast):
    first, second, third = (enter(cast, cast.jonas, n, by=cast.per) for n in ROLES[2:])
    steps.refuse_role(
        RoleAssignment.objects.get(pk=second.pk), by=cast.pia, reason="Not her"
    )
    answer = posted(signed_in(cast.pia), first, second, third)
    assert answer.status_code == 409
    beside = {line.role.pk: line.error for line in answer.context["form"].lines}
    assert beside[second.pk] and not beside[first.pk] and not beside[third.pk]
    assert f'id="error_{second.pk}"' in words(answer)
    assert all(line.is_ticked for line in answer.context["form"].lines)
    assert state([first, third]) == [None, None]
    # Sent without the page being opened first: what it shows is read all the same.
    read = LedgerEntry.objects.get(kind="read", actor_id=cast.pia.pk)
    assert read.event == "waiting_roles.read"
    assert not LedgerEntry.objects.filter(event="role.confirmed").exists()


def test_what_has_changed_since_it_was_looked_at_is_not_confirmed(cast):
    row, other = (enter(cast, cast.jonas, name, by=cast.per) for name in ROLES[3:])
    row.version += 1
    assert posted(signed_in(cast.pia), row, other).status_code == 409
    assert state([row, other]) == [None, None]
    page = page_of(cast.gsn)
    unseen = signed_in(cast.pia).post(page, {"rows": [row.pk], "do": "confirm"})
    assert unseen.context["form"].errors and state([row]) == [None]


def test_the_ticked_are_refused_with_a_reason(cast):
    first, second = (enter(cast, cast.jonas, name, by=cast.per) for name in ROLES[3:])
    pia = signed_in(cast.pia)
    assert "reason" in posted(pia, first, do="refuse").context["form"].errors
    # Enter in the field of the reason presses the first button: it confirms nothing.
    told = posted(pia, first, reason="Wrong person")
    assert "reason" in told.context["form"].errors and state([first]) == [None]
    assert posted(pia, first, do="refuse", reason="Wrong person").status_code == 302
    first.refresh_from_db()
    assert (first.refused_by, first.stop_reason) == (cast.pia, "Wrong person")
    assert first.history.first().history_change_reason == "Wrong person"
    assert state([second]) == [None]


def test_more_than_a_page_holds_is_told(cast, monkeypatch):
    monkeypatch.setattr("requests_app.organisation.forms.WaitingRolesForm.most", 2)
    for name in ROLES[2:]:
        enter(cast, cast.jonas, name, by=cast.per)
    context = signed_in(cast.pia).get(page_of(cast.gsn)).context
    assert len(context["form"].lines) == 2 and context["form"].goes_on


def test_it_is_for_who_manages_there_or_stands_in(cast):
    enter(cast, cast.jonas, "dpo", by=cast.per)
    fetch(signed_in(cast.lena), page_of(cast.gsn), status=403)
    nina = engage(cast, "nina", "it_manager", cast.nis)
    fetch(signed_in(nina), page_of(cast.gsn), status=404)
    fetch(signed_in(cast.pia), page_of(cast.snc), status=404)
    alone = enter(cast, cast.eva, "dpo", by=nina, authority=cast.snc)
    nils = signed_in(engage(cast, "nova", "it_manager", cast.nis))
    fetch(nils, page_of(cast.snc))
    assert posted(nils, alone).status_code == 302
    fetch(nils, page_of(cast.snc), status=404)
    fetch(signed_in(cast.per), page_of(cast.gsn))


def test_first_managers_that_wait_are_not_confirmed_one_by_one_here(cast):
    nina = engage(cast, "nina", "it_manager", cast.nis)
    nova = engage(cast, "nova", "it_manager", cast.nis)
    first_managers_of(cast.snc, cast.rut, cast.eva, by=nina)
    manager = enter(cast, cast.rut, "it_manager", by=nina, authority=cast.snc)
    other = enter(cast, cast.jonas, "dpo", by=nina, authority=cast.snc)
    shown = signed_in(nova).get(page_of(cast.snc)).context["form"].lines
    assert {line.role.pk: bool(line.why_not) for line in shown} == {
        manager.pk: True,
        other.pk: False,
    }
    answer = posted(signed_in(nova), manager, other)
    assert "tillsammans" in words(answer) and state([other]) == [None]


def test_a_stand_in_settles_the_rest_before_who_is_to_manage_there(cast):
    nina = engage(cast, "nina", "it_manager", cast.nis)
    nova = engage(cast, "nova", "it_manager", cast.nis)
    left = RoleAssignment.objects.get(
        person=engage(cast, "left", "it_manager", cast.snc)
    )
    steps.end_role(left, by=nina, reason="Leaves")
    there = {"by": nina, "at": acting.now(), "authority": cast.snc}
    manager = enter(cast, cast.rut, "it_manager", **there)
    other = enter(cast, cast.jonas, "dpo", **there)
    assert posted(signed_in(nova), manager, other).status_code == 302
    assert state([manager, other]) == [nova, nova]


def test_what_is_used_unconfirmed_stands_by_itself_in_the_list(cast):
    known = enter(cast, cast.jonas, "dpo", by=cast.per, at=NIGHT)
    assert known.usable_until
    for name in ROLES[3:]:
        enter(cast, cast.jonas, name, by=cast.per)
    assert len(work_of(cast.pia)) == 2
    assert len(signed_in(cast.pia).get(page_of(cast.gsn)).context["form"].lines) == 3
