"""What is known before the lawyer begins: proposals, each with its source."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit_app.prewritten import Prewritten
from requests_app.law.presets import (
    ProposedAnswer,
    Reliance,
    of_engineer,
    of_reliance,
    of_secrecy,
)
from requests_app.law.reach import Reach
from requests_app.models import (
    CloudObject,
    HarmTest,
    InformationSet,
    Provision,
    SecrecyReview,
    StandingAssessment,
)
from requests_app.permissions.roles import today

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
    return ends is not None and ends <= (day or today())


def is_in_force(provision: Provision, day: date | None = None) -> bool:
    """A version that is decided on and has not begun carries nothing yet."""
    begins = provision.valid_from
    begun = begins is None or begins <= (day or today())
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
    this_day = today()
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
