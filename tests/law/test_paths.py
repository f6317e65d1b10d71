"""Through the real steps and the real database: what is granted, the oracle allows."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit_app import clock
from audit_app.acting import acting
from requests_app import permissions
from requests_app.law.terms import ConditionTerm, ReservationTerm
from requests_app.models import (
    Condition,
    ConflictDeclaration,
    Decision,
    DelegationRule,
    Freeze,
    HarmTest,
    InformationSet,
    Proposal,
    Reservation,
    SecrecyReview,
    SecurityClassification,
    StandingAssessment,
    StandingReliance,
)
from requests_app.models.outcome import meaning
from requests_app.workflow import decision
from requests_app.workflow.content import keep
from requests_app.workflow.step import WrongState
from tests.cast import USUAL, provision
from tests.helpers.cases import NAMED, assessed_as
from tests.helpers.consents import consented
from tests.helpers.standing import confirm_directly
from tests.law import oracle
from tests.law.cases import ANSWER, NO_TERMS

pytestmark = pytest.mark.django_db
FACTORS = {f"N7.10-2a.{factor}": "for" for factor in oracle.FACTORS}


# -- What may happen before the proposal or after it ---------------------------------------


def pupil_health():
    return InformationSet.objects.get(name="Pupil health")


def revoke(cast):
    row = StandingAssessment.objects.get(
        authority=cast.gsn, provider__name="Microsoft", information_set=None
    )
    row.revoked_by, row.revoked_at, row.revoked_reason = cast.lena, clock.now(), "x"
    with acting(cast.lena):
        row.save()


def of_its_own(cast, **dates):
    """An assessment of the set itself goes before that of the whole authority."""
    general = StandingAssessment.objects.filter(authority=cast.gsn).first()
    same = ("is_suitable", "factors", "suitability", "assignment")
    with acting(cast.ines):
        made = StandingAssessment.objects.create(
            **{name: getattr(general, name) for name in same},
            authority=cast.gsn,
            provider=cast.m365.product.provider,
            information_set=pupil_health(),
            made_by=cast.ines,
            **dates,
        )
    confirm_directly(made, by=cast.bo)


def expire(cast):
    yesterday = permissions.today() - timedelta(days=1)
    of_its_own(cast, valid_from=date(2020, 1, 1), review_due=yesterday)


def not_begin(cast):
    tomorrow = permissions.today() + timedelta(days=1)
    of_its_own(cast, valid_from=tomorrow, review_due=date(2099, 1, 1))


def freeze(cast):
    with acting(cast.ivar):
        Freeze.objects.create(
            authority=cast.gsn,
            product=cast.m365.product,
            reason="A leak",
            begins_at=clock.now(),
            made_by=cast.ivar,
        )


def classify(cast):
    with acting(cast.ines):
        SecurityClassification.objects.create(
            information_set=pupil_health(),
            valid_from=permissions.today(),
            confidentiality=4,
            integrity=2,
            availability=2,
        )


HAPPENS = {
    "nothing": (lambda cast: None, {}),
    "revoked": (revoke, {"reliance": "revoked"}),
    "expired": (expire, {"reliance": "expired"}),
    "not begun": (not_begin, {"reliance": "missing"}),
    "frozen": (freeze, {"frozen": ("A leak",)}),
    "class 4": (classify, {"highest_class": 4}),
}


# -- Sampled ways --------------------------------------------------------------------------

WHOLE = (
    ("applies", "osl-10-2a"),
    ("applies_unless_reserved", "none"),
    ("applies", "osl-10-2"),
    ("applies", "osl-12-2"),
    ("does_not_apply", "none"),
    ("struck", "none"),
    ("applies", "none"),
    ("applies_unless_reserved", "osl-10-2a"),
)
OTHERS = ("OSL-21-1", "OSL-15-2", "OSL-26-3", "OSL-18-8")
ASKED = [code for code in ANSWER if code not in ("N1", "N2", "N3", "N7")]


def rarely(value, *others):
    return st.sampled_from([value] * 5 * len(others) + list(others))


@st.composite
def ways(draw):
    """How one request goes: mostly lawfully, with a few things as they must not be."""
    outcome, ground = draw(st.sampled_from(WHOLE))
    reserved = outcome == "applies_unless_reserved" and ground == "none"
    usual = "granted_with_reservation" if reserved else "granted"
    changed = draw(st.lists(st.sampled_from(ASKED), max_size=2)) * draw(st.booleans())
    other = draw(st.sampled_from(OTHERS))
    others = rarely("struck", "applies", "does_not_apply", "applies_unless_reserved")
    tests = {NAMED: outcome, other: draw(others)}
    return {
        "tests": draw(rarely(tests, {}, {other: "struck"})),
        "ground": ground,
        "security": draw(rarely("no", "suspected", "")),
        "answers": {code: draw(ANSWER[code]) or "" for code in changed},
        "outcome": draw(rarely(usual, *oracle.GRANTS, "refused")),
        "minutes": draw(rarely(120, None, 240, 241)),
        "conditions": draw(st.integers(0, 1)),
        "reservations": draw(rarely(int(reserved), 1 - int(reserved))),
        "consent": draw(rarely(True, False)),
        "happens": draw(rarely("nothing", *list(HAPPENS)[1:])),
        "early": draw(st.booleans()),
    }


def walk(cast, subject, way) -> SecrecyReview:
    """As far as the application lets it go."""
    happens, _told = HAPPENS[way["happens"]]
    try:
        with transaction.atomic():
            if way["early"]:
                happens(cast)
            record_consents(cast, subject, way)
            assess(cast, subject, way)
        with transaction.atomic():
            propose(cast, subject, way)
    except (ValidationError, WrongState):
        return subject
    if not way["early"]:
        happens(cast)
    try:
        with transaction.atomic():
            decision.decide(
                SecrecyReview.objects.get(pk=subject.pk), by=cast.bo, no_conflict=True
            )
    except (ValidationError, WrongState):
        pass
    return SecrecyReview.objects.get(pk=subject.pk)


def record_consents(cast, subject, way):
    """Of everybody whom a secrecy that is tested protects."""
    for code in way["tests"] if way["consent"] else ():
        if not oracle.protects_the_public(code):
            consented(cast, subject, code)


def assess(cast, subject, way):
    cast.assess(
        subject,
        tested=[cast.tested(code, found) for code, found in way["tests"].items()],
        ground=way["ground"],
        genuine=way["answers"].get("N0", "yes"),
        security_protection=way["security"],
        answers={**USUAL, **FACTORS, **way["answers"]},
    )


def propose(cast, subject, way):
    subject.refresh_from_db()
    conditions = [ConditionTerm("no_copying", "Copy nothing.")] * way["conditions"]
    reservations = [ReservationTerm("Åsa Öström", "Tell nobody.")]
    cast.propose(
        subject,
        outcome=way["outcome"],
        granted_minutes=way["minutes"],
        granted_scope="The corrupted item",
        conditions=conditions,
        reservations=reservations * way["reservations"],
    )


def case_of(review: SecrecyReview, way) -> oracle.Case:
    """What stands in the database, and what was wanted."""
    _happens, told = HAPPENS[way["happens"]]
    answers = dict(review.answers.values_list("node", "answer"))
    consented = set(
        review.consents.standing().values_list("provision__code", flat=True)
    )
    names = ("code", "harm_test", "outcome", "ground")
    rows = review.harm_tests.values_list(
        "provision__code", "provision__harm_test", "outcome", "ground"
    )
    case = {
        "answers": answers,
        "unreasoned": frozenset(),
        "tests": [
            {**dict(zip(names, row, strict=True)), "consent": row[0] in consented}
            for row in rows
        ],
        "abroad": answers.get("N9.country") == "third",
        "settled": frozenset(),
        "consent_demands": False,
        "named": [NAMED],
        "security": review.security_protection,
        "reliance": "valid",
        "highest_class": 3,
        "personal_data": True,
        "frozen": (),
        "asked": 240,
        "longest": 240,
        "scope": "The corrupted item",
        **{key: way[key] for key in ("outcome", "minutes")},
        **{key: way[key] for key in ("conditions", "reservations")},
        **told,
    }
    if way["outcome"] not in oracle.GRANTS:
        terms = {"conditions": case["conditions"], "reservations": case["reservations"]}
        return {**case, **NO_TERMS, **terms}
    return {**case, "ground": oracle.lawful_ground(case)}


def agree(cast, assigned, way) -> str:
    """Decided where the oracle allows it, and on its ground; answers what came of it."""
    review = walk(cast, SecrecyReview.objects.get(pk=assigned), way)
    case = case_of(review, way)
    made = review.decisions.first()
    told = f"{oracle.broken(case)}, {way}, {case}"
    assert (made is not None) == (not oracle.broken(case)), told
    if made is None:
        return "none"
    assert made.ground == case["ground"], told
    assert made.grants == bool(made.ground), told
    return made.ground or made.outcome


LAWFUL = {
    "tests": {NAMED: "applies"},
    "ground": "osl-10-2a",
    "security": "no",
    "answers": {},
    "outcome": "granted",
    "minutes": 120,
    "conditions": 0,
    "reservations": 0,
    "consent": True,
    "happens": "nothing",
    "early": False,
}


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


def forge(cast, subject, **changes):
    """A proposal and a decision of it, both written without the workflow."""
    terms = {
        "outcome": "granted",
        "revision": 1,
        "object_ids": list(subject.requested_objects.values_list("pk", flat=True)),
        "granted_minutes": 60,
        "granted_scope": "All",
        "ground": "osl-10-2a",
        "motivation_internal": keep("x"),
        "motivation_for_recipient": keep("x"),
        **changes,
    }
    rule = DelegationRule.objects.get(authority=subject.authority, item_no="4.7")
    with acting(cast.karin):
        proposal = Proposal.objects.create(
            review=subject, proposed_by=cast.karin, proposed_at=clock.now(), **terms
        )
        general = StandingAssessment.objects.get(
            authority=cast.gsn, provider=cast.m365.product.provider
        )
        StandingReliance.objects.create(
            review=subject, proposal=proposal, standing_assessment=general
        )
    with acting(cast.bo):
        ConflictDeclaration.objects.create(
            review=subject,
            person=cast.bo,
            stage="decision",
            has_conflict=False,
            declared_at=clock.now(),
        )
        return Decision.objects.create(
            **terms,
            review=subject,
            proposal=proposal,
            decided_by=cast.bo,
            decided_by_name="Bo Test",
            rapporteur=cast.karin,
            rapporteur_name="Karin Test",
            decided_at=clock.now(),
            delegation_rule=rule,
            delegation_snapshot={
                "item_no": rule.item_no,
                "board_decision": rule.board_decision,
            },
            security_protection=subject.security_protection,
            regime=subject.authority.regime,
            answer=meaning(terms["outcome"], partly=False),
        )


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


def forced(cast, subject, code, outcome, ground):
    """A harm test written past the step, by whoever works the case."""
    row = provision(code)
    with acting(cast.karin):
        HarmTest.objects.create(
            review=subject,
            provision=row,
            harm_test=row.harm_test,
            outcome=outcome,
            ground=ground,
            answered_by=cast.karin,
            answered_at=clock.now(),
        )
    return subject


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
    with acting(cast.sam):
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
        acting(cast.bo),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(command.format(f"requests_app_{table}"))
