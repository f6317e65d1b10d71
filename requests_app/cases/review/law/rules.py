"""Rules, of the rules of law for secrecy review: lapse, reasons, reliance, subsequent
review, time to answer and versions."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import keys_in_scope, visible_to
from requests_app.cases.review.law.facts import (
    Facts,
    IntendedDecision,
    Obstacle,
    Test,
    given,
    ground_obstacles,
    is_tested_in_each_part,
    of_parts,
    of_what_is_open,
    open_questions,
)
from requests_app.cases.review.law.known import best
from requests_app.cases.review.models.afterwards import SubsequentReview
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.cases.review.models.decision import (
    OF_CURRENT_DECISION,
    Decision,
    Proposal,
)
from requests_app.core.calendar import (
    is_office_hours,
    months_after,
    office_hours_of,
    working_day_from,
    working_days_after,
)
from requests_app.core.fields import key_in_array
from requests_app.core.models import GRANTS, Interest, Outcome
from requests_app.core.people.models import Absence, Authority, Role, RoleAssignment
from requests_app.core.words.texts import cites
from requests_app.registers.models.information import InformationSet
from requests_app.registers.models.provisions import Provision
from requests_app.registers.models.standing import StandingAssessment, StandingReliance

# By when it is said why a review lapsed.

# Working days after it lapsed.
DAYS = 5


def cause_due(lapsed_at: datetime) -> datetime:
    """The end of the fifth working day."""
    return office_hours_of(working_days_after(lapsed_at, DAYS)).closes_at


# What a decision's recipient reads of the reasons (FL 32, OSL 10:3): all of them, as
# long as it has not been tried, in words of its own, to leave some out.

# Nothing of the secrecy is tried in them, and no provision stands in their reasons.
WITHOUT_TESTS = (Outcome.DISMISSED, Outcome.STRUCK_OFF)
AGAINST = (Outcome.REFUSED, Outcome.PARTIALLY_GRANTED)
A_RULE = re.compile(r"§|\bartik(?:el|larna) \d|\bkap\.|\b\d+:\d+")


class Omission(NamedTuple):
    """What is read instead of all the reasons, and why some are left out.

    `interest` is one of `models.outcome.Interest`; `weight` and `instead` are asked
    for where something is hidden from a party by law (OSL 10:3): not where there is
    no time to write, as the reasons are given afterwards."""

    text: str
    interest: str = ""
    because: str = ""
    weight: str = ""
    instead: str = ""


class Naming(NamedTuple):
    """Codes of the provisions giving secrecy that the recipient may read of, and why,
    where it is not those that the law's own words let be named."""

    codes: frozenset[str]
    because: str = ""


def is_under_fl(kind: str, regime: str, outcome: str, *, is_tf: bool) -> bool:
    """Boards' decisions in law; a company's are made under other rules. What OSL gives
    a right to, or lets its recipient appeal, is one whatever the other answers are."""
    reserved = outcome == Outcome.GRANTED_WITH_RESERVATION
    in_law = regime == Authority.Regime.FL_FULL
    return kind == Authority.Kind.BOARD and (in_law or reserved or is_tf)


def named_as_a_rule(tests: Iterable[Test]) -> frozenset[str]:
    """Of those that give secrecy: what the law's own words let be named."""
    return frozenset(test.code for test in tests if test.hinders and test.may_be_named)


def reasons_obstacles(
    tests: Iterable[Test],
    outcome: str,
    naming: Naming,
    omission: Omission | None,
    *,
    by_fl: bool,
) -> list[Obstacle]:
    """Why the recipient's copy may not read as it is proposed."""
    hindering = [test for test in tests if test.hinders]
    obstacles = _of_naming(hindering, naming)
    if omission is not None:
        unnamed = [row for row in hindering if row.code not in naming.codes]
        obstacles += [
            *_untried(omission, by_fl=by_fl),
            *_of_a_party(omission, by_fl=by_fl),
            *_of_hurry(omission, unnamed),
            *_of_text(omission.text, outcome, unnamed),
        ]
    elif outcome not in WITHOUT_TESTS:
        obstacles += _of_all_reasons(hindering, naming)
    return obstacles


def dismissal_obstacle(facts: Facts, outcome: str, reasons: str) -> Obstacle | None:
    """A request that is known to be genuine is tried, unless a rule says otherwise:
    what was refused before may be asked for again."""
    unproven = facts.is_of_access and facts.answers.get("N0") == "no"
    if outcome != Outcome.DISMISSED or unproven or A_RULE.search(reasons):
        return None
    text = _(
        "Name the rule by which it is not tried. That the same has been refused before"
        " is none: then it is tried anew, and what is new is weighed."
    )
    return Obstacle("dismissal", text, "motivation_internal")


def _of_naming(hindering: list[Test], naming: Naming) -> list[Obstacle]:
    if naming.codes == named_as_a_rule(hindering) or naming.because.strip():
        return []
    text = _(
        "Say why these provisions may be named to this recipient, and no others: by the"
        " law's own words it would be otherwise."
    )
    return [Obstacle("naming", text, "named_because")]


def _of_all_reasons(hindering: list[Test], naming: Naming) -> list[Obstacle]:
    names = [row.name for row in hindering if row.code not in naming.codes]
    if not names:
        return []
    text = _(
        "All reasons would name %(provisions)s, and naming that tells the recipient"
        " something by itself. Leave reasons out of the recipient's copy, or say below"
        " why it may be named in this case."
    )
    text %= {"provisions": ", ".join(names)}
    return [Obstacle("reveals", text, "leaves_out")]


def _of_hurry(omission: Omission, unnamed: list[Test]) -> list[Obstacle]:
    if omission.interest != Interest.AT_ONCE or not unnamed:
        return []
    text = _(
        "The recipient may not read of %(provisions)s, and will not afterwards: say"
        " what it protects, not that there is no time."
    )
    text %= {"provisions": ", ".join(row.name for row in unnamed)}
    return [Obstacle("hurry", text, "left_out_for")]


def _of_a_party(omission: Omission, *, by_fl: bool) -> list[Obstacle]:
    if not by_fl or omission.interest != Interest.SECRECY:
        return []
    text = _(
        "The recipient is a party, and has a right to reasons: say which of the"
        " grounds of FL 32 lets some be left out."
    )
    return [Obstacle("party", text, "left_out_for")]


def _untried(omission: Omission, *, by_fl: bool) -> list[Obstacle]:
    """What has to be tried in words before anything is left out."""
    needed = {
        "left_out_for": (omission.interest, _("Say what it is that is protected.")),
        "left_out_because": (
            omission.because,
            _("Say why it is necessary to leave reasons out (FL 32, OSL 8:1)."),
        ),
    }
    if by_fl and omission.interest != Interest.AT_ONCE:
        needed |= {
            "left_out_weight": (
                omission.weight,
                _("Say why it is of particular weight that it is not told (OSL 10:3)."),
            ),
            "told_instead": (
                omission.instead,
                _("Say what the recipient is told instead (OSL 10:3)."),
            ),
        }
    return [
        Obstacle("omission", text, field)
        for field, (words, text) in needed.items()
        if not words.strip()
    ]


def naming_obstacle(text: str, unnamed: Iterable[str], field: str) -> Obstacle | None:
    """Why a text for the recipient may not stand: it names one of these provisions, of
    which they may not read."""
    named = [name for name in unnamed if cites(text, name)]
    if not named:
        return None
    message = _("The recipient may not read of %(provisions)s: it is named here.")
    return Obstacle("names", message % {"provisions": ", ".join(named)}, field)


def _of_text(text: str, outcome: str, unnamed: list[Test]) -> list[Obstacle]:
    field = "motivation_for_recipient"
    if hidden := naming_obstacle(text, [row.name for row in unnamed], field):
        return [hidden]
    if not text.strip():
        return [Obstacle("reasons", _("Write what the recipient reads."), field)]
    if outcome in AGAINST and not A_RULE.search(text):
        message = _(
            "Nobody can appeal this: name the provision, or at least the chapters of"
            " the act, and say what follows from it."
        )
        return [Obstacle("appealable", message, field)]
    return []


# Which cases rely on a standing assessment, and what no longer stands. Reads only.

Status = SecrecyReview.Status
MOST = 200


def reviews_relying_on(row: StandingAssessment) -> QuerySet[SecrecyReview]:
    """Open reviews whose proposal relied on it or whose next would, and those granted
    on it."""
    return SecrecyReview.objects.filter(key_in_array("pk", _relying_on(row)))


def _relying_on(row: StandingAssessment) -> QuerySet[Any]:
    """Their keys. Each part is found by its own index: beside an `or`, every review
    would be asked."""
    relied = StandingReliance.objects.filter(standing_assessment=row.pk).order_by()
    granted = relied.filter(
        OF_CURRENT_DECISION, review__status__in=(Status.DECIDED, Status.CLOSED)
    )
    still_open = relied.filter(review__status__in=SecrecyReview.OPEN)
    would = SecrecyReview.objects.filter(
        _would_rely(row), status__in=SecrecyReview.OPEN
    ).order_by()
    return still_open.values("review").union(
        granted.values("review"), would.values("pk")
    )


def _would_rely(row: StandingAssessment) -> Q:
    """Reviews for which it is the one that counts now, confirmed as it is."""
    assessments = StandingAssessment.objects.filter(
        authority=row.authority_id,
        provider=row.provider_id,
        confirmed_at__isnull=False,
    )
    rows = list(assessments.order_by("-valid_from", "-pk"))
    if best(rows, row.information_set_id) != row:
        return Q(pk__in=[])
    sets = InformationSet.objects.filter(
        object_links__cloud_object__requested__review=OuterRef("pk"),
        object_links__cloud_object__requested__removed_in_revision=None,
    )
    if row.information_set_id:
        covers = Q(Exists(sets.filter(pk=row.information_set_id)))
    else:
        own = [other.information_set_id for other in rows if other.information_set_id]
        covers = Q(Exists(sets.exclude(pk__in=own))) | ~Q(Exists(sets))
    return covers & Q(
        authority=row.authority_id,
        access_request__connection__product__provider=row.provider_id,
    )


def seen_relying_on(row: StandingAssessment, user: Any) -> QuerySet[SecrecyReview]:
    """The reviews that rely on a standing assessment, as far as the person may know of
    them."""
    return (
        visible_to(user)
        .filter(keys_in_scope(user, "pk", _relying_on(row)))
        .select_related("authority", "case_officer", "access_request")
        .order_by("-pk")[:MOST]
    )


def lost_ground(at: datetime | None = None) -> Func:
    """In a query of proposals: has something that one relied on fallen, by now or by
    then? The database holds approvals to the same rule."""
    return Func(
        F("pk"),
        Value(at or acting.now()),
        function="lockbox_has_fallen",
        output_field=BooleanField(),
    )


def has_lost_ground(decisions: Iterable[Decision], at: datetime | None = None) -> bool:
    """Does any of the decisions rest on something that has fallen?"""
    return without_ground(decisions, at).exists()


def without_ground(
    decisions: Iterable[Decision], at: datetime | None = None
) -> QuerySet[Proposal]:
    """What was proposed in the decisions that rest on something that has fallen."""
    proposals = [decision.proposal_id for decision in decisions]
    return Proposal.objects.filter(lost_ground(at), pk__in=proposals)


# What the law lets nobody grant: pure rules over facts, asked before every proposal
# and again before every decision (legal.md 1.2–1.8).
#
# Nothing here reads the database, so that the rules can be tried on any combination.

HarmOutcome = HarmTest.Outcome
MOST_SERIOUS = 4
NOT_HINDERING = (HarmOutcome.DOES_NOT_APPLY, HarmOutcome.STRUCK)

# The outcome that the presumption of each test carries without reasons (1.4).
PRESUMED = {
    Provision.HarmTest.STRAIGHT: HarmOutcome.DOES_NOT_APPLY,
    Provision.HarmTest.QUALIFIED: HarmOutcome.DOES_NOT_APPLY,
    Provision.HarmTest.REVERSE: HarmOutcome.APPLIES,
    Provision.HarmTest.ABSOLUTE: HarmOutcome.APPLIES,
}


def needs_reasons(harm_test: str, outcome: str) -> bool:
    """Whoever departs from the law's presumption says why."""
    return outcome != PRESUMED[Provision.HarmTest(harm_test)]


def obstacles(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    """Why this outcome may not be decided on these facts; empty when it may."""
    if decision.outcome not in GRANTS:
        return [
            *_of_no_grant(decision),
            *_of_unknown(facts, decision),
            *_of_what_is_repealed(facts, decision),
            *of_what_is_open(facts, decision),
        ]
    part = given(facts, decision.outcome)
    return [
        *_of_promise(facts),
        *_hard_stops(facts),
        *of_parts(facts),
        *open_questions(part),
        *_untested(facts),
        *ground_obstacles(part, decision),
        *_terms(facts, decision),
    ]


def _of_no_grant(decision: IntendedDecision) -> list[Obstacle]:
    """A refusal carries no terms: they would look like a grant."""
    terms = (decision.ground, decision.minutes, decision.scope)
    if any(terms) or decision.conditions or decision.reservations:
        text = _("A ground, a length, a scope and conditions belong to a grant.")
        return [Obstacle("terms-without-grant", text)]
    return []


def _of_unknown(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    """Whoever asks for official documents need not say who they are (TF 2:18)."""
    unproven = facts.answers.get("N0") == "no" and not facts.is_of_access
    if decision.outcome != Outcome.DISMISSED or not unproven:
        return []
    text = _(
        "A request for official documents can not be dismissed because it is not known"
        " who asks (TF 2:18): hand out what is not secret, and refuse the rest."
    )
    return [Obstacle("anonymous", text, "outcome")]


def _of_what_is_repealed(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    """A refusal rests on the law as it is: on no secrecy that has ceased since."""
    if decision.outcome != Outcome.REFUSED:
        return []
    return [row for test, row in _repealed(facts) if test.outcome not in NOT_HINDERING]


def _repealed(facts: Facts) -> list[tuple[Test, Obstacle]]:
    """Each provision that was tested in a version that is no longer in force."""
    text = _("%s: the version tested is no longer in force, assess anew.")
    return [
        (test, Obstacle("N5", text % test.name, to_assess=True))
        for test in facts.tests
        if not test.in_force and test.outcome != HarmOutcome.STRUCK
    ]


def _of_promise(facts: Facts) -> list[Obstacle]:
    """Where nobody asks the authority there is nothing to grant (documents are another
    matter: they are asked of the authority)."""
    if facts.has_approval or not facts.is_of_access:
        return []
    text = _(
        "No approval exists for this product: nobody waits for an answer, and nothing"
        " can be granted. Decide what is to be done about what is known."
    )
    return [Obstacle("no-approval", text, "outcome")]


def _hard_stops(facts: Facts) -> list[Obstacle]:
    """Stops that no role can pass (1.3), and the freeze of access."""
    obstacles = []
    if facts.security_protection != SecrecyReview.SecurityProtection.NO:
        text = _(
            "It has not been answered no whether security-classified information"
            " can occur: answer that in the assessment first."
        )
        obstacles.append(Obstacle("N3", text))
    if facts.highest_class == MOST_SERIOUS:
        text = _(
            "An object holds information of class 4, which concerns Sweden's"
            " security: the request can not be granted. Stop the review."
        )
        obstacles.append(Obstacle("class-4", text))
    for test in facts.tests:
        if test.blocks_approval and test.outcome not in NOT_HINDERING:
            text = _(
                "%(provision)s: protective security must be settled"
                " first. Stop the review and call the protective-security"
                " manager, or strike the provision with reasons."
            )
            obstacles.append(Obstacle("blocks", text % {"provision": test.name}))
    for stop in facts.frozen:
        text = _("Approvals are stopped for %(scope)s.") % {"scope": stop}
        other = _("Approvals are stopped by another authority.")
        obstacles.append(Obstacle("freeze", text if stop else other))
    return obstacles


def _untested(facts: Facts) -> list[Obstacle]:
    tested = {test.code for test in facts.tests if test.outcome and test.in_force}
    repealed = [row for _test, row in _repealed(facts)]
    if not tested and not repealed:
        text = _(
            "No secrecy provision has been tested: go back to the assessment and"
            " test at least one."
        )
        return [Obstacle("N5", text, to_assess=True)]
    absolute = _("%s: absolute secrecy applies, or does not come into question.")
    obstacles = repealed + [
        Obstacle("N6", absolute % test.name)
        for test in facts.tests
        if test.harm_test == Provision.HarmTest.ABSOLUTE
        and test.outcome not in (HarmOutcome.APPLIES, HarmOutcome.STRUCK)
    ]
    obstacles += [
        Obstacle(
            "N5",
            _("%s: whoever tested it has a conflict of interest, test anew.")
            % test.name,
            to_assess=True,
        )
        for test in facts.tests
        if test.in_force and test.code in facts.by_disqualified
    ]
    missing = [
        name
        for code, name in facts.proposed_codes.items()
        if code not in tested or not is_tested_in_each_part(facts, code)
    ]
    if missing:
        text = _(
            "Go back to the assessment and test, or strike with reasons, what"
            " the information sets name: %(provisions)s."
        )
        text %= {"provisions": ", ".join(missing)}
        obstacles.append(Obstacle("N5", text, to_assess=True))
    return obstacles


def _terms(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    obstacles = []
    reserved = decision.outcome == Outcome.GRANTED_WITH_RESERVATION
    if reserved != bool(decision.reservations):
        text = _("Granting with reservation needs a reservation, and only that does.")
        obstacles.append(Obstacle("reservation", text, "outcome"))
    if not decision.minutes or decision.minutes < 1:
        text = _("Say for how many minutes access is granted.")
        obstacles.append(Obstacle("minutes", text, "granted_minutes"))
    elif facts.longest_minutes and decision.minutes > facts.longest_minutes:
        text = _(
            "The product allows at most %(minutes)s minutes: grant no more than that."
        )
        text %= {"minutes": facts.longest_minutes}
        obstacles.append(Obstacle("minutes", text, "granted_minutes"))
    if decision.conditions and not facts.is_of_access:
        text = _(
            "Official documents are handed out without conditions: only a reservation"
            " limits what is done with them (OSL 10:14)."
        )
        obstacles.append(Obstacle("conditions", text, "conditions"))
    if decision.outcome == Outcome.PARTIALLY_GRANTED and not decision.scope.strip():
        text = _("Say which part is granted.")
        obstacles.append(Obstacle("scope", text, "granted_scope"))
    by_conditions = facts.is_of_access and facts.answers.get("N10") == "condition"
    if by_conditions and not _narrows(facts, decision):
        text = _("N10 says that conditions make the access narrower: give them.")
        obstacles.append(Obstacle("N10", text, "conditions"))
    return obstacles


def _narrows(facts: Facts, decision: IntendedDecision) -> bool:
    """A reservation limits what is done with the information, not the access. An
    extension is shorter only where all of it is."""
    total = facts.asked_minutes and facts.asked_minutes + facts.minutes_beside
    limits = [minutes for minutes in (total, facts.longest_minutes) if minutes]
    granted = decision.minutes and decision.minutes + facts.minutes_beside
    shorter = bool(limits and granted and granted < min(limits))
    partly = decision.outcome == Outcome.PARTIALLY_GRANTED
    return shorter or partly or bool(decision.conditions)


def is_by_fl_37(regime: str, authority: Authority) -> bool:
    """Is the grant a decision in law of an authority under the Administrative Procedure
    Act? Else it is taken back on the same grounds, as what the authority itself or its
    contract has laid down."""
    is_in_law = regime == Authority.Regime.FL_FULL
    return is_in_law and authority.kind == Authority.Kind.BOARD


# Which decisions are looked at again by a second person, and by when: the one rule.

# Working days after the decision.
SUBSEQUENT_REVIEW_DAYS = 2
Reason = SubsequentReview.Reason


def reasons_for(decision: Decision) -> list[str]:
    """Why it is looked at again; none where it is not. Of a case that is stopped nobody
    reads the content, so nothing of it is."""
    if decision.review.status == SecrecyReview.Status.STOPPED:
        return []
    reasons = {
        Reason.NIGHT: not is_office_hours(decision.decided_at),
        Reason.REGISTRATION: _registered_by_another(decision.review),
        Reason.SUBSTITUTE: _is_substitute(decision),
        Reason.UNCONFIRMED: _is_unconfirmed(decision),
    }
    return [str(reason) for reason, holds in reasons.items() if holds]


def due(decided_at: datetime) -> datetime:
    """When it is to have been looked at: the end of the second working day."""
    return office_hours_of(
        working_days_after(decided_at, SUBSEQUENT_REVIEW_DAYS)
    ).closes_at


def _registered_by_another(review: SecrecyReview) -> bool:
    """Did somebody on duty register it, who is no registrar there?"""
    first = (
        review.history.exclude(diary_number="")
        .order_by("history_id")
        .values_list("history_user_id", "history_date")
        .first()
    )
    if first is None or first[0] is None:
        return False
    person, at = first
    return not _roles(person, review, at).filter(role=Role.REGISTRAR).exists()


def _is_substitute(decision: Decision) -> bool:
    """Does whoever decided stand in for somebody who is away, and works there?"""
    at, review = decision.decided_at, decision.review
    away = Absence.objects.in_force(timezone.localdate(at)).filter(
        substitute=decision.decided_by_id
    )
    here = RoleAssignment.objects.in_force(at).filter(
        authority=review.authority_id, role=Role.DECISION_MAKER
    )
    return away.filter(person__in=here.values("person")).exists()


def _is_unconfirmed(decision: Decision) -> bool:
    """Was a role by which they decided given at night, and confirmed by nobody?"""
    roles = _roles(decision.decided_by_id, decision.review, decision.decided_at)
    role = decision.delegation_rule.role
    used = roles.filter(role=role) if role else roles
    return used.exists() and not used.filter(confirmed_at__isnull=False).exists()


def _roles(
    person: int, review: SecrecyReview, at: datetime
) -> QuerySet[RoleAssignment]:
    rows = RoleAssignment.objects.in_force(at)
    return rows.filter(person=person, authority=review.authority_id)


# How long an authority has to answer a data subject (GDPR 12.3).

MONTHS = 1
# With the two months more that may be told of within the first.
MONTHS_EXTENDED = 3


def answer_by(received_at: datetime, months: int = MONTHS) -> datetime:
    """The last minute of the day so many months after it came, or of the working day
    that comes next (Regulation 1182/71, article 3.2 c and 3.4)."""
    day = working_day_from(months_after(timezone.localdate(received_at), months))
    return datetime.combine(day, time(23, 59), timezone.get_default_timezone())


# Rows as they were at earlier moments, read from their history.


class Versions:
    """Rows as they were when each proposal became what it is."""

    def __init__(self, proposals: Iterable[Any]) -> None:
        self.moments: dict[int, datetime] = {row.pk: row.moment for row in proposals}

    def by(self, model: Any, owner: str, **where: Any) -> Any:
        """One query; then (proposal, owner) → its rows, the oldest first."""
        grouped: dict[Any, dict[int, list[Any]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for version in model.history.filter(**where).order_by("history_id"):
            grouped[getattr(version, owner)][version.id].append(version)

        def rows(proposal: Proposal, key: Any) -> list[Any]:
            moment = self.moments[proposal.pk]
            last = (_last(row, moment) for row in grouped[key].values())
            return [version.instance for version in last if version is not None]

        return rows


def _last(versions: list[Any], moment: datetime) -> Any:
    """None where the row was not there yet, or no longer."""
    then = [version for version in versions if version.history_date <= moment]
    return then[-1] if then and then[-1].history_type != "-" else None
