"""Known, of the rules of law for secrecy review: outdated, presets, proposed answers,
proposed provisions and recipient."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import unquote

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.queries import Prewritten, Texts
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import ConflictDeclaration, SecrecyReview
from requests_app.cases.intake.rights import Reach
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Consent,
    HarmTest,
)
from requests_app.core.catalogue import EEA, country_name
from requests_app.core.fields import is_one_of
from requests_app.core.words.texts import WORDS, is_personal
from requests_app.registers.models.cloud import CloudObject, Provider
from requests_app.registers.models.information import InformationSet
from requests_app.registers.models.provisions import Provision
from requests_app.registers.models.standing import (
    Factor,
    StandingAssessment,
    StandingRecipient,
    TransferGround,
    same_name,
)

# Who gets the access, and whether what is settled beforehand was settled for them.

INSIDE = frozenset(EEA.split())
# What nobody has classified may be as sensitive as anything that can be granted.
UNCLASSIFIED = 3


def is_provider_itself(provider: Provider, employer: str) -> bool:
    """The very same legal entity: a company that begins with its name is another."""
    return bool(employer.strip()) and same_name(employer) == same_name(provider.name)


def is_inside(country: str) -> bool:
    return country.upper() in INSIDE


def recipients_of(
    review: SecrecyReview, rows: list[StandingAssessment], level: int | None
) -> list[StandingRecipient]:
    """For each assessment the recipient that the request names, at its place, for what
    the objects hold (`level` is its highest class); none at all where one of them does
    not name it.

    What is not stated is not covered: nothing is taken for granted of somebody unknown.
    """
    request = review.access_request
    employer, country = request.employer_entity, request.engineer_country
    if not (employer.strip() and country):
        return []
    level = level or UNCLASSIFIED
    recipients = []
    for row in rows:
        named = (r for r in row.recipients.all() if r.is_of(employer, country, level))
        if (recipient := next(named, None)) is None:
            return []
        recipients.append(recipient)
    return recipients


# What is known of recipient, place and weight before the lawyer begins, and whence.
#
# Nothing that weighs for disclosure is chosen beforehand: it is told, and the lawyer
# answers. A proposal without an answer only tells what is known.

FOR, AGAINST, NEUTRAL = "for", "against", "neutral"
# What each case alone can tell: never taken from what was settled beforehand.
OF_THE_CASE = (
    Factor.STRENGTH,
    Factor.PERSONS,
    Factor.FOREIGN_LAW,
    Factor.ALTERNATIVES,
)
# What a standing assessment settles beside the weights.
SETTLED = ("N7.10-2a.assignment", "N9.processor", "N9.transfer")
STRONG = (Provision.HarmTest.REVERSE, Provision.HarmTest.ABSOLUTE)
HINDERING = (HarmTest.Outcome.APPLIES, HarmTest.Outcome.UNLESS_RESERVED)


class ProposedAnswer(NamedTuple):
    """A proposed answer, and where it comes from; without an answer, what is known.
    `usual`: how it is weighed as a rule, which nothing is chosen by."""

    answer: str
    because: str
    usual: str = ""


class Reliance(NamedTuple):
    """The standing assessments that carry a review, and what is wrong with them."""

    state: str  # valid, missing, expired or revoked
    rows: list[StandingAssessment]
    lacking: list[str]


def of_engineer(review: SecrecyReview) -> dict[str, ProposedAnswer]:
    """From the request. An employer that is not the provider's own legal entity can be
    anybody: what it is to the provider is for the lawyer to find out."""
    request = review.access_request
    answers = {}
    if employer := request.employer_entity:
        because = (_("the request says %s") % employer)[:300]
        answers["N9.entity"] = ProposedAnswer(_entity(review), because)
    country = request.engineer_country.upper()
    if not country:
        return answers
    where = "eea" if is_inside(country) else "third"
    answers["N9.country"] = ProposedAnswer(
        where, _("the request says %s") % country_name(country)
    )
    if where == "eea" and _entity(review) == "provider":
        source = _("the engineer is the provider's own, inside the EEA")
        answers["N9.transfer"] = ProposedAnswer("not_needed", source)
    return answers


def _entity(review: SecrecyReview) -> str:
    provider = review.access_request.connection.product.provider
    if not is_provider_itself(provider, review.access_request.employer_entity):
        return ""
    return "provider" if is_inside(provider.country) else "provider_third"


def of_secrecy(harm_tests: list[HarmTest]) -> dict[str, ProposedAnswer]:
    """The strength of the secrecy follows from the provisions that apply."""
    strong = [
        str(row.provision)
        for row in harm_tests
        if row.outcome in HINDERING and row.harm_test in STRONG
    ]
    if not strong:
        return {}
    source = _("strong secrecy: %s") % ", ".join(strong)
    return {"N7.10-2a.strength": ProposedAnswer(AGAINST, source[:300])}


def of_reliance(
    review: SecrecyReview, rows: list[StandingAssessment], level: int | None
) -> dict[str, ProposedAnswer]:
    """What every assessment relied on says; where they differ, the stricter. Of a
    recipient, a place or a class that they do not cover it says nothing."""
    day = f"{rows[0].valid_from:%Y-%m-%d}"
    recipients = recipients_of(review, rows, level)
    if not recipients:
        source = _("the standing assessment of %s") % day
        because = _("%s does not cover this recipient at this place") % source
        return dict.fromkeys(SETTLED, ProposedAnswer("", because))
    purposes = ", ".join(dict.fromkeys(row.purpose for row in recipients))
    words = {"day": day, "purpose": purposes}
    # What access is for, no field of a request tells: the lawyer reads it here.
    source = _("the standing assessment of %(day)s for %(purpose)s") % words
    return {
        **_weights(rows, source),
        **_agreements(rows, source),
        **_entities(review, recipients, source),
        **_transfer(recipients, source),
    }


def _entities(
    review: SecrecyReview, recipients: list[StandingRecipient], source: str
) -> dict[str, ProposedAnswer]:
    relations = {row.relation for row in recipients}
    if len(relations) != 1:
        return {}
    relation = relations.pop()
    if relation == StandingRecipient.Relation.PROVIDER:
        relation = _entity(review)
    return {"N9.entity": ProposedAnswer(relation, source)}


def _agreements(
    rows: list[StandingAssessment], source: str
) -> dict[str, ProposedAnswer]:
    answers = {}
    if all(row.assignment for row in rows):
        because = f"{source}: {rows[0].assignment}"
        answers["N7.10-2a.assignment"] = ProposedAnswer("yes", because[:300])
    if all(row.processor_agreement for row in rows):
        because = f"{source}: {rows[0].processor_agreement}"
        answers["N9.processor"] = ProposedAnswer("yes", because[:300])
    if all(row.impact_assessment for row in rows):
        because = f"{source}: {rows[0].impact_assessment}"
        answers["N9.dpia"] = ProposedAnswer("exists", because[:300])
    return answers


def _weights(rows: list[StandingAssessment], source: str) -> dict[str, ProposedAnswer]:
    """What speaks against is proposed; what speaks for is only told."""
    answers = {}
    if any(not row.is_suitable for row in rows):
        answers["N7.10-2a.suitable"] = ProposedAnswer("unsuitable", source)
    for factor in Factor.values:
        if factor in OF_THE_CASE:
            continue
        weights = {row.factors.get(factor, NEUTRAL) for row in rows}
        worst = next(w for w in (AGAINST, NEUTRAL, FOR) if w in weights)
        because = {
            AGAINST: source,
            NEUTRAL: _("%s weighs it neither for nor against") % source,
            FOR: _("%s lets it speak for disclosure as a rule") % source,
        }[worst]
        chosen = AGAINST if worst == AGAINST else ""
        answers[f"N7.10-2a.{factor}"] = ProposedAnswer(chosen, because, worst)
    return answers


def _transfer(
    recipients: list[StandingRecipient], source: str
) -> dict[str, ProposedAnswer]:
    """The ground settled for this recipient, and what it was looked up to cover."""
    first = recipients[0]
    if len({row.transfer_ground for row in recipients}) > 1:
        because = _("the standing assessments name different grounds for transfer")
        return {"N9.transfer": ProposedAnswer("", because)}
    reference = ": ".join(filter(None, (source, first.transfer_reference)))
    answers = {"N9.transfer": ProposedAnswer(first.transfer_ground, reference[:300])}
    if first.transfer_ground == TransferGround.ADEQUACY:
        answers |= _certification(recipients, source)
    return answers


def _certification(
    recipients: list[StandingRecipient], source: str
) -> dict[str, ProposedAnswer]:
    looked_up = source
    days = [r.certification_checked for r in recipients if r.certification_checked]
    if days:
        words = {"source": source, "day": f"{min(days):%Y-%m-%d}"}
        looked_up = _("%(source)s, looked up on %(day)s") % words
    kinds = {row.certification for row in recipients}
    certified = kinds.pop() if len(kinds) == 1 else ""
    scope = "yes" if all(row.covers_staff_data for row in recipients) else ""
    unless = _("%s: the certification does not cover data on employees") % looked_up
    covers = looked_up if scope else unless
    return {
        "N9.transfer.certified": ProposedAnswer(certified, looked_up[:300]),
        "N9.transfer.scope": ProposedAnswer(scope, covers[:300]),
    }


# Answers that were given on something else than what is known now.

TRANSFER = ("N9.transfer", "N9.transfer.certified", "N9.transfer.scope")
# What is answered of one place, and of one company, says nothing of another.
OF_THE_PLACE = (*TRANSFER, "N7.10-2a.foreign_law")
OF_THE_COMPANY = (
    *TRANSFER,
    "N7.10-2a.assignment",
    "N7.10-2a.silence",
    "N9.entity",
    "N9.processor",
)


def outdated(
    review: SecrecyReview,
    rows: list[AssessmentAnswer],
    consents: Iterable[Consent],
    proposed_answers: dict[str, ProposedAnswer],
    reliance: Reliance,
) -> frozenset[str]:
    """Questions to be answered anew. One query, where the request was revised."""
    return frozenset(
        [
            *outdated_answers(rows, proposed_answers, reliance),
            *_revised(review.access_request, rows, proposed_answers),
            *_withdrawn(rows, consents),
        ]
    )


def outdated_answers(
    rows: Iterable[AssessmentAnswer],
    proposed_answers: dict[str, ProposedAnswer],
    reliance: Reliance,
) -> Iterator[str]:
    """Answers to which something else is proposed now.

    How the standing assessment is (N2) is asked by itself, each time.
    """
    for row in rows:
        now = proposed_answers.get(row.node)
        if now and not now.answer:
            now = None
        if row.node == "N2" or now and now.answer in (row.proposed, row.answer):
            continue
        gone = reliance.state == "valid" and row.proposed == row.answer
        if now or gone:
            yield row.node


def of_another(
    rows: Iterable[AssessmentAnswer],
    was: AccessRequest,
    now: AccessRequest,
    proposed_answers: dict[str, ProposedAnswer],
) -> Iterator[str]:
    """Answers that were given of a place or a company that it no longer is, where
    nothing that is known of the new one says the same."""
    nodes: set[str] = set()
    country = now.engineer_country.upper()
    if country != was.engineer_country.upper() and not is_inside(country):
        nodes |= {*OF_THE_PLACE}
    if now.employer_entity.casefold() != was.employer_entity.casefold():
        nodes |= {*OF_THE_COMPANY}
    for row in rows:
        proposed = proposed_answers.get(row.node)
        confirmed = proposed is not None and proposed.answer == row.answer
        if row.node in nodes and not confirmed:
            yield row.node


def disqualified(
    review: SecrecyReview, rows: Iterable[AssessmentAnswer | HarmTest]
) -> frozenset[int]:
    """Who has answered, and has a conflict of interest in the matter: another answers
    it anew (FL 16-17 §§). No query where all is the case officer's own."""
    others = {row.answered_by_id for row in rows} - {review.case_officer_id}
    if not others:
        return frozenset()
    conflicts = ConflictDeclaration.objects.conflicts_in(review.access_request_id)
    people = conflicts.filter(person__in=others).values_list("person", flat=True)
    return frozenset(people)


def _revised(
    request: AccessRequest,
    rows: Iterable[AssessmentAnswer],
    proposed_answers: dict[str, ProposedAnswer],
) -> Iterator[str]:
    """What was answered of the recipient that an earlier revision names."""
    if request.revision == 1:
        return
    versions = _read_versions(request.pk)
    for row in rows:
        before = [one for one in versions if one.history_date <= row.answered_at]
        if before:
            yield from of_another([row], before[-1], request, proposed_answers)


def _withdrawn(
    rows: Iterable[AssessmentAnswer], consents: Iterable[Consent]
) -> Iterator[str]:
    """That all have consented was answered before it was known that one of them had
    taken it back."""
    moments = [row.withdrawal_recorded_at for row in consents]
    for row in rows:
        if row.node == "N7.12-2.given" and any(
            at and row.answered_at < at for at in moments
        ):
            yield row.node


@Prewritten
def _read_versions(request: int) -> Any:
    rows = AccessRequest.history.filter(id=request).order_by("history_id")
    return rows.only("history_date", "engineer_country", "employer_entity")


# What is known before the lawyer begins: proposals, each with its source.

# What an object of the kind shows, when its content is not the point.
SHOWS = {
    CloudObject.Kind.LOG: "metadata",
    CloudObject.Kind.VIRTUAL_MACHINE: "content",
    CloudObject.Kind.SUBSCRIPTION: "technical",
}

# The states of a standing assessment that carries nothing, the worst first.
WORST = ("missing", "ended", "revoked", "expired")


def propose_answers(
    review: SecrecyReview,
    sets: list[InformationSet],
    reliance: Reliance,
    reach: Reach,
    harm_tests: list[HarmTest],
) -> dict[str, ProposedAnswer]:
    """Proposals by node code; none for N0, N3, the harm tests and their grounds.

    Nothing weighs for disclosure unless the map or a standing assessment covers it for
    this recipient at this place, and for a class as high as the highest of what is
    asked for. Whether a disclosure is unsuitable never is proposed.
    """
    answers = {
        "N0.tf": _asked_for(review),
        "N0.foreign": _demanded(review),
        "N1": _custodian(reach),
        "N2": ProposedAnswer(reliance.state, _reliance_source(reliance)),
        "N4": _shown(reach),
        "N9.controller": ProposedAnswer(
            "yes", _("the objects are the authority's own")
        ),
        **of_engineer(review),
        **of_secrecy(harm_tests),
    }
    if reliance.state == "valid":
        answers |= of_reliance(review, reliance.rows, reach.highest_class)
    if reliance.state == "valid" and not has_special_categories(sets):
        source = _("the information sets hold no special categories")
        answers["N9.special"] = ProposedAnswer("yes", source)
    return answers


def has_personal_data(sets: list[InformationSet]) -> bool:
    """Where nobody has said what an object holds, it is taken to hold some."""
    none = InformationSet.PersonalData.NONE
    return not sets or any(row.personal_data != none for row in sets)


def has_special_categories(sets: list[InformationSet]) -> bool:
    mild = (InformationSet.PersonalData.NONE, InformationSet.PersonalData.ORDINARY)
    return not sets or any(row.personal_data not in mild for row in sets)


def information_sets(review: SecrecyReview) -> list[InformationSet]:
    """What the review's objects hold."""
    return _read_sets(review.pk)


def sets_of(review: int) -> QuerySet[InformationSet]:
    return InformationSet.objects.filter(
        object_links__cloud_object__requested__review=review,
        object_links__cloud_object__requested__removed_in_revision=None,
    ).distinct()


def has_ended(provision: Provision, day: date | None = None) -> bool:
    """Has the law put something else in its place, or nothing? Today, or on a day."""
    ends = provision.valid_to
    return ends is not None and ends <= (day or acting.today())


def is_in_force(provision: Provision, day: date | None = None) -> bool:
    """A version that is decided on and has not begun carries nothing yet."""
    begins = provision.valid_from
    begun = begins is None or begins <= (day or acting.today())
    return begun and not has_ended(provision, day)


def reliance_for(review: SecrecyReview, sets: list[InformationSet]) -> Reliance:
    """The assessments that cover every set; the worst of them is the state."""
    provider = review.access_request.connection.product.provider_id
    rows = _read_assessments(review.authority_id, provider)
    chosen, lacking, states = [], [], []
    set_pks: list[int | None] = [information_set.pk for information_set in sets]
    for set_pk in set_pks or [None]:
        row = best(rows, set_pk)
        states.append(_state(row))
        if row is not None:
            chosen.append(row)
        if row is None or states[-1] != "valid":
            name = next((str(s) for s in sets if s.pk == set_pk), str(review.authority))
            lacking.append(name)
    worst = next((state for state in WORST if state in states), "valid")
    return Reliance(worst, list(dict.fromkeys(chosen)), lacking)


@Prewritten
def _read_assessments(authority: int, provider: int) -> QuerySet[StandingAssessment]:
    assessments = StandingAssessment.objects.filter(
        authority=authority, provider=provider, confirmed_at__isnull=False
    ).order_by("-valid_from", "-pk")
    related = ("information_set", "authority", "provider")
    return assessments.select_related(*related).prefetch_related("recipients")


def best(
    rows: list[StandingAssessment], set_pk: int | None
) -> StandingAssessment | None:
    """The set's own if it has one, in force before ended; else the general one."""
    for scope in dict.fromkeys((set_pk, None)):
        own = [row for row in rows if row.information_set_id == scope]
        if own:
            return next((row for row in own if _state(row) == "valid"), own[0])
    return None


def _state(row: StandingAssessment | None) -> str:
    if row is None:
        return "missing"
    if row.revoked_at is not None:
        return "revoked"
    this_day = acting.today()
    if this_day < row.valid_from:
        return "missing"
    if this_day <= row.review_due:
        return "valid"
    ends = row.contract_ends
    return "ended" if ends is not None and ends < this_day else "expired"


def _reliance_source(reliance: Reliance) -> str:
    if reliance.lacking:
        return ", ".join(reliance.lacking)[:300]
    return ", ".join(f"{row.valid_from:%Y-%m-%d} {row}" for row in reliance.rows)[:300]


def _demanded(review: SecrecyReview) -> ProposedAnswer:
    if review.matter == SecrecyReview.Matter.FOREIGN_DEMAND:
        return ProposedAnswer("yes", _("registered as such a demand"))
    return ProposedAnswer("no", _("not registered as such a demand"))


def _asked_for(review: SecrecyReview) -> ProposedAnswer:
    if review.matter == SecrecyReview.Matter.DOCUMENTS:
        return ProposedAnswer("yes", _("registered as a request for such documents"))
    return ProposedAnswer("no", _("an access request under the contract"))


def _custodian(reach: Reach) -> ProposedAnswer:
    if reach.names_unrouted:
        return ProposedAnswer(
            "unknown", _("the request names an object that is not routed")
        )
    if reach.unmapped:
        return ProposedAnswer("ours", _("routed here by who received the request"))
    return ProposedAnswer("ours", _("the map of objects"))


def _shown(reach: Reach) -> ProposedAnswer:
    shown = {SHOWS.get(CloudObject.Kind(kind), "content") for kind in reach.kinds}
    for most in ("content", "metadata", "technical"):
        if most in shown:
            return ProposedAnswer(most, _("the kind of the objects"))
    return ProposedAnswer("content", _("the objects are not in the map"))


_read_sets = Prewritten(sets_of)


# The provisions that a review is to be tested for, before the lawyer begins: by what
# its objects hold, and where nobody has said that, by what their addresses tell.

# OSL 21:3 on addresses under threat, 21:3 a on protected population registration.
PROTECTED_IDENTITIES = ("OSL-21-3-st1", "OSL-21-3a")
# Of objects that are not in the map: 21:3 where an address is personal, and 21:7 of
# whatever personal data there are. Both hold in every authority.
OF_PERSONS = "OSL-21-3-st1"
OF_PERSONAL_DATA = "OSL-21-7"
WORD = re.compile(r"[^\W\d_]+")


def proposed_provisions(review: SecrecyReview) -> QuerySet[Provision]:
    """What the information sets of the objects propose: versions in force today; and of
    objects that are not in the map, what their addresses and the request tell.

    Where persons with protected identity may occur, the provisions on them as well.
    What holds against one person only gives way to what holds against a provider.
    """
    unmapped = review.requested_objects.still_named().filter(cloud_object=None)
    addresses = list(unmapped.values_list("external_id", flat=True))
    return _proposed(review.pk, acting.today(), codes_for_unmapped(review, addresses))


def read_proposed(review: SecrecyReview, unmapped: list[str]) -> list[Provision]:
    """The provisions proposed for a review, with their paragraphs, in their order.
    `unmapped`: addresses of its objects that are not in the map."""
    return _read_proposed(
        review.pk, acting.today(), codes_for_unmapped(review, unmapped)
    )


def codes_for_unmapped(review: SecrecyReview, unmapped: list[str]) -> Texts:
    """Codes of what addresses that are not in the map, and the request, tell."""
    if not unmapped:
        return Texts()
    reason = review.access_request.justification
    return Texts(suggest_provisions(unmapped, reason.text if reason else ""))


def _proposed(review: int, day: date, codes: Any) -> QuerySet[Provision]:
    sets = sets_of(review)
    named = Provision.objects.filter(pk__in=sets.values("provision_links__provision"))
    general = Q(works_against=Provision.WorksAgainst.EVERYONE)
    by_name = Q(code__in=named.values("code")) & general
    instead = Q(
        code__in=named.exclude(general).exclude(tested_as="").values("tested_as")
    )
    protected = Q(Exists(sets.filter(protected_identities_possible=True)))
    return Provision.objects.in_force(day).filter(
        by_name
        | instead
        | (protected & Q(code__in=PROTECTED_IDENTITIES))
        | (Q(is_one_of("code", codes)) & general)
    )


def proposes(named: Provision, other: Provision) -> bool:
    """Does a set that names the one propose the other? For whoever has both at hand:
    `proposed_provisions` asks the database the same."""
    if other.code == named.code:
        return other.holds_against_provider
    return not named.holds_against_provider and other.code == named.tested_as


def suggest_provisions(addresses: Iterable[str], text: str = "") -> set[str]:
    """Codes of what addresses and a text call for; of no address nothing."""
    addresses = list(addresses)
    if not addresses:
        return set()
    codes = {OF_PERSONAL_DATA}
    if any(map(is_personal, addresses)):
        codes.add(OF_PERSONS)
    words = WORD.findall(" ".join([*map(unquote, addresses), text]).casefold())
    for word in set(words):
        for stems, called_for in WORDS:
            if re.match(stems, word):
                codes.update(called_for)
    return codes


_read_proposed = Prewritten(
    lambda review, day, codes: _proposed(review, day, codes).select_related(
        "statute_paragraph"
    )
)
