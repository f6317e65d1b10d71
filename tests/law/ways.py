"""How one request goes, as far as the application lets it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.facts import ConditionTerm, ReservationTerm
from requests_app.cases.review.steps import decision
from requests_app.core.step import WrongState
from tests.helpers.answers import USUAL
from tests.helpers.cases import NAMED
from tests.helpers.consents import consented
from tests.law import oracle, statute
from tests.law.cases import NO_TERMS
from tests.law.happenings import HAPPENS
from tests.law.strategies import ANSWER

FACTORS = {f"N7.10-2a.{factor}": "for" for factor in statute.FACTORS}
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
        "outcome": draw(rarely(usual, *statute.GRANTS, "refused")),
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
        if not statute.protects_the_public(code):
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


def case_of(review: SecrecyReview, way) -> statute.Case:
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
        "foreign": False,
        "another": False,
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
    if way["outcome"] not in statute.GRANTS:
        terms = {"conditions": case["conditions"], "reservations": case["reservations"]}
        return {**case, **NO_TERMS, **terms}
    return {**case, "ground": statute.lawful_ground(case)}


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
