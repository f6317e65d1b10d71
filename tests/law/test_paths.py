"""Through the real steps and the real database: what is granted, the oracle allows."""

from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings

from audit_app.acting import acting_as
from requests_app.cases.review.law.facts import ConditionTerm, ReservationTerm
from requests_app.cases.review.models.decision import Condition, Decision, Reservation
from requests_app.cases.review.steps import decision
from tests.helpers.cases import NAMED, assessed_as
from tests.law.forgery import forced, forge
from tests.law.happenings import HAPPENS, revoke
from tests.law.ways import LAWFUL, agree, ways

pytestmark = [pytest.mark.long, pytest.mark.django_db]


@pytest.mark.parametrize("early", [True, False], ids=["early", "late"])
@pytest.mark.parametrize("happens", HAPPENS)
def test_what_happens_is_seen_before_and_after_the_proposal(cast, happens, early):
    way = {**LAWFUL, "happens": happens, "early": early}
    came = agree(cast, cast.assigned().pk, way)
    assert came == ("osl-10-2a" if happens == "nothing" else "none")


def test_a_decision_is_made_where_the_oracle_allows_it_and_nowhere_else(cast):
    seen: Counter[str] = Counter()
    assigned = cast.assigned().pk

    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=30,
        suppress_health_check=list(HealthCheck),
    )
    @given(ways())
    def check(way):
        with transaction.atomic():
            seen[agree(cast, assigned, way)] += 1
            transaction.set_rollback(True)

    check()
    assert {"osl-10-2a", "osl-10-14", "not_secret", "none"} <= set(seen), seen


# -- Past the application, by its own role -------------------------------------------------


def test_the_forgery_that_the_others_vary_is_accepted(cast):
    assert forge(cast, assessed_as(cast, "applies")).pk


@pytest.mark.parametrize(
    "outcome, changes",
    [
        ("applies", {"ground": ""}),
        ("applies", {"ground": "not_secret"}),
        ("applies", {"ground": "osl-10-14"}),
        ("applies_unless_reserved", {"ground": ""}),
        ("applies_unless_reserved", {"ground": "not_secret"}),
        ("applies_unless_reserved", {"ground": "osl-10-14"}),
        ("does_not_apply", {"ground": ""}),
        ("does_not_apply", {"ground": "osl-10-2a"}),
        ("applies", {"ground": "osl-10-2"}),
        ("applies", {"ground": "several"}),
        ("applies", {"outcome": "partially_granted", "ground": ""}),
        ("applies", {"outcome": "granted_with_reservation"}),
        ("applies", {"granted_minutes": None}),
    ],
)
def test_no_forged_grant_without_its_ground(cast, outcome, changes):
    with pytest.raises(DatabaseError), transaction.atomic():
        forge(cast, assessed_as(cast, outcome), **changes)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("code", "outcome", "ground", "said"),
    [
        # OSL 12:2: whom it protects; 21:7 and 19:3: nothing; 10:14: no absolute secrecy.
        ("OSL-18-8", "applies", "osl-12-2", "does not break it"),
        ("OSL-19-9", "applies_unless_reserved", "osl-12-2", "does not break it"),
        ("OSL-21-7", "applies", "osl-10-2a", "does not break it"),
        ("OSL-19-3-st2", "applies", "osl-10-2a", "does not break it"),
        ("OSL-26-3", "applies", "osl-10-14", "not taken away"),
        ("OSL-21-1", "applies", "osl-12-2", "no consent"),
        ("OSL-21-1", "applies", "none", "does not break it"),
    ],
)
def test_the_database_tries_the_ground_of_each_provision(
    cast, code, outcome, ground, said
):
    subject = forced(cast, assessed_as(cast, "applies"), code, outcome, ground)
    with pytest.raises(DatabaseError, match=said), transaction.atomic():
        forge(cast, subject, ground="several")
    assert not Decision.objects.exists()


def test_the_database_lets_each_provision_have_its_own(cast):
    subject = forced(
        cast, assessed_as(cast, "applies"), "OSL-18-8", "applies", "osl-10-2"
    )
    with pytest.raises(DatabaseError, match="not that of"), transaction.atomic():
        forge(cast, subject)
    assert forge(cast, subject, ground="several").pk


def test_the_database_knows_what_the_authority_has_settled(cast):
    subject = assessed_as(cast, "applies")
    subject = forced(cast, subject, "OSL-19-3-st2", "applies", "osl-10-2a")
    with pytest.raises(DatabaseError, match="does not break"), transaction.atomic():
        forge(cast, subject)
    board = cast.gsn
    board.tender_secrecy_yields = True
    with acting_as(cast.sam):
        board.save()
    assert forge(cast, subject).pk


def test_no_forged_grant_on_a_revoked_standing_assessment(cast):
    subject = assessed_as(cast, "applies")
    revoke(cast)
    with pytest.raises(DatabaseError, match="not in force"), transaction.atomic():
        forge(cast, subject)


KEPT = (
    "decision",
    "condition",
    "reservation",
    "decisiondocument",
    "standingreliance",
)


@pytest.mark.parametrize("command", ["update {} set id = id", "delete from {}"])
@pytest.mark.parametrize("table", KEPT)
def test_what_was_decided_stays_as_it_was(cast, table, command):
    subject = cast.assigned()
    cast.assess(
        subject,
        tested=[cast.tested(NAMED, "applies_unless_reserved")],
        ground="none",
    )
    subject.refresh_from_db()
    cast.propose(
        subject,
        outcome="granted_with_reservation",
        conditions=[ConditionTerm("no_copying", "Copy nothing.")],
        reservations=[ReservationTerm("Åsa Öström", "Tell nobody.")],
    )
    decision.decide(subject, by=cast.bo, no_conflict=True)
    assert Condition.objects.exists() and Reservation.objects.exists()
    with (
        pytest.raises(DatabaseError, match="permission denied|append"),
        acting_as(cast.bo),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(command.format(f"requests_app_{table}"))
