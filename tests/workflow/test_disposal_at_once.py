"""A list carried out for real, by the command: retained at the same moment, killed in its
midst, and looked for afterwards in the files of the database."""

import threading
import time
from datetime import timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from lockbox_site.management.commands import dispose_cases
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.step import WrongState
from requests_app.records import steps
from requests_app.records.models import Disposal, DisposalAnswer, DisposedCase
from tests.helpers.disposals import (
    closed_case,
    confirmed_list,
    disposal_rule,
    fresh_list,
    years_later,
)
from tests.helpers.kept_words import kept
from tests.helpers.killed import die, in_a_process_that_dies

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]
SEED = "Kråkvinkelsfröet"


@pytest.fixture(autouse=True)
def clock_may_be_set():
    with acting.may_be_set():
        yield


def cases(cast, number):
    disposal_rule(cast)
    return [
        closed_case(cast, number=f"case {one}", justification=f"{SEED} {one}")
        for one in range(number)
    ]


def background(call, now):
    """In a thread of its own, at the same set time."""
    results = []

    def run():
        try:
            with acting.at(now):
                results.append(call())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def retained(item, by):
    with acting_as(by):
        DisposalAnswer.objects.create(
            item=item,
            answer="retain",
            until=acting.today() + timedelta(days=400),
            reason="Research",
            answered_by=by,
            answered_at=acting.now(),
        )


def test_who_retains_while_it_is_carried_out_wins(cast):
    (subject,) = cases(cast, 1)
    with years_later():
        drawn = confirmed_list(cast)
        item, dora = drawn.items.get(), cast.dora
        with transaction.atomic():
            retained(item, dora)
            thread, results = background(
                lambda: call_command("dispose_cases"), acting.now()
            )
            time.sleep(2)
            assert thread.is_alive()  # waits for whoever retains
        thread.join(60)
        assert results == [None]
    assert SecrecyReview.objects.filter(pk=subject.pk).exists()
    drawn = fresh_list(drawn)
    assert drawn.status == "ended" and drawn.items.get().kept_because == "retain"


def test_who_retains_too_late_is_told_so(cast):
    cases(cast, 1)
    with years_later():
        drawn = confirmed_list(cast)
        call_command("dispose_cases")
        late = {
            "items": [drawn.items.get()],
            "until": acting.today() + timedelta(days=9),
        }
        with pytest.raises(WrongState):
            steps.retain(drawn, by=cast.dora, reason="x", **late)


def dies_after(pieces):
    """Kills itself when so many have been committed."""
    ask, calls = dispose_cases._ask, []

    def dying(*args):
        if len(calls) == pieces:
            die()
        calls.append(args)
        return ask(*args)

    dispose_cases._ask = dying
    call_command("dispose_cases")


def test_killed_in_its_midst_it_goes_on_and_draws_one_protocol(cast, monkeypatch):
    monkeypatch.setattr("requests_app.records.sweep.PIECE", 2)
    subjects = cases(cast, 5)
    with years_later():
        drawn = confirmed_list(cast)
        for number in (2, 4, 5):
            assert not in_a_process_that_dies(partial(dies_after, 1))
            assert DisposedCase.objects.count() == number
        for moment in (3, "commit", "committed"):
            in_a_process_that_dies(lambda: call_command("dispose_cases"), moment)
            gone = DisposedCase.objects.count()
            standing = SecrecyReview.objects.filter(
                pk__in=[one.pk for one in subjects]
            ).count()
            assert gone + standing == 5
        call_command("dispose_cases")
        call_command("dispose_cases")
    drawn = fresh_list(drawn)
    assert DisposedCase.objects.count() == 5 and drawn.status == "ended"
    assert LedgerEntry.objects.filter(event="disposal.ended").count() == 1
    assert Disposal.history.filter(id=drawn.pk, status="ended").count() == 1
    assert kept(SEED) == []
