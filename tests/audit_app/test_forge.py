"""What whoever holds the application's database login can make up, and what not.

Each forgery is tried by psycopg, past every rule in Python, in a database whose clock is
real. It is refused, or corrected, or it stands in FORGEABLE with why: a rule that is
lost turns this red, and so does one that is won.
"""

from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import timezone

from audit_app.acting import acting_as
from requests_app.cases.access.models import AccessGrant
from requests_app.cases.intake.models.file import Message
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import case, decision
from requests_app.core.content import keep
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation.models import DelegationRule
from tests.audit_app.forgeries.rows import renamed
from tests.audit_app.forgeries.table import FORGERIES
from tests.cast import PEOPLE, Cast
from tests.helpers.forging import Forger, as_application


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Cases in a database of their own, committed; its clock can't be set."""
    renew = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        renew()
        yield _world(Cast())
        renew()


def _world(cast):
    w = SimpleNamespace()
    for person in PEOPLE:
        setattr(w, person, getattr(cast, person).pk)
    w.outbox = get_user_model().objects.get(username="outbox").pk
    for name, subject in {
        "fresh": cast.new(number="N"),
        "asking": cast.assigned(number="A"),
        "proposed": cast.proposed(number="P"),
        "part": cast.proposed("partially_granted", number="PP"),
        "refused": cast.decided("refused", number="R"),
        "waiting": cast.decided(number="W"),
        "in_part": cast.decided("partially_granted", number="IP"),
        "given": cast.answered(number="G"),
        "reconsidered": cast.decided(number="RE"),
    }.items():
        setattr(w, name, subject)
    dialogue.ask(w.asking, by=cast.karin, text="Why?")
    w.freeze = case.freeze(
        by=cast.ivar, authority=cast.gsn, reason="x", product=cast.azure.product
    ).pk
    w.rule = DelegationRule.objects.get(item_no="4.7", authority=cast.gsn)
    decision.reconsider(w.reconsidered, by=cast.bo, reason="x")
    w.message, w.grant = Message.objects.get().pk, AccessGrant.objects.get().pk
    w.role = RoleAssignment.objects.get(person=cast.bo).pk
    w.held = w.given.requested_objects.get()
    with acting_as(cast.karin):
        w.text = keep("Pupils' personal circumstances occur. And we are sorry.").pk
        w.other_text = keep("OSL 10:2 a.").pk
    w.product, w.gsn = cast.m365.product.pk, cast.gsn.pk
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from audit_app_setclock")
    connection.close()
    return w


@pytest.fixture
def forger(world):
    found = as_application()
    yield Forger(found)
    found.rollback()
    found.close()


FORGEABLE = {
    "an answer with words of one's own beside them": (
        "The text may say more than the decisions, never less; what was sent is kept, and"
        " stands beside them on the page of the case."
    ),
    "a try that was none": (
        "What came over the network is the application's to tell; the provider's own"
        " record shows it."
    ),
    "a read in the ledger that there was not": (
        "Reads are told by the application; the line has its database login and request."
    ),
    "a sign-in and a read that there were not": (
        "Sign-ins and reads are told by the application, under the request that it says."
        " The proxy's own record, and the identity provider's, show none."
    ),
    "a decision by somebody who has not touched it": (
        "Who acts is what the application says, of those who may. Whoever forges it can"
        " tell of a sign-in and a reading too; the proxy's record and the identity"
        " provider's show none."
    ),
    "an Approve told as given before the freeze": (
        "When somebody clicked in a portal is their word; it is no earlier than the"
        " order, and the provider's record shows it."
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_or_known(world, forger, name):
    act, message = FORGERIES[name]
    if message is None:
        assert name in FORGEABLE
        act(forger, world)
        forger.commit_would()
        return
    with pytest.raises(psycopg.Error, match=message):
        act(forger, world)
        forger.commit_would()


def test_what_can_be_forged_is_tried():
    assert {name for name, (_act, refusal) in FORGERIES.items() if not refusal} == set(
        FORGEABLE
    )


def test_history_has_the_databases_time_and_names_whoever_signs(world, forger):
    """Whatever its writer says: see `Forger.tell`."""
    renamed(forger, world)
    date, who = forger.run(
        "select history_date, history_user_id from"
        " requests_app_historicalauthority where id = %s order by history_id desc",
        world.gsn,
    )
    assert timezone.now() - date < timedelta(minutes=1)
    assert who == world.sam
    (who,) = forger.run(
        "select actor_id from audit_app_ledgerentry order by id desc limit 1"
    )
    assert who == world.sam
