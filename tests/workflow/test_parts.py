"""A harm test is of a part of what is asked for: what is not secret is handed out.

TF 2:15: “Kan en handling inte tillhandahållas utan att sådan del av handlingen röjs som
inte får lämnas ut, ska den i övriga delar göras tillgänglig för sökanden”.
"""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit_app.acting import acting_as
from requests_app.cases.intake.models.file import Part
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.drafting import texts
from requests_app.cases.review.law.facts import assessment_with_texts, basis_of
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import assessment, decision
from requests_app.core.words.texts import PLACEHOLDER
from requests_app.desk.search import search
from requests_app.registers.models.cloud import CloudObject
from tests.cast import MAILBOX
from tests.helpers.cases import arrive, decided_under, forged_decision
from tests.helpers.refusals import fresh
from tests.helpers.web import page, signed_in, step_url, words
from tests.helpers.worlds import reused

pytestmark = pytest.mark.django_db

SECRET, OPEN = "meddelande 1–4", "meddelande 5–9"
ANOTHER = "elev@skola.example"
PUPIL = "OSL-23-2-st1"


@reused
def divided(cast, tf="yes", number="EXSR1", **outcomes):
    """Messages 1–4 are secret, and messages 5–9 are not; together they are all."""
    subject = cast.assigned(number=number)
    name(cast, subject, [SECRET, OPEN], are_all=True)
    outcomes = {SECRET: "applies", OPEN: "does_not_apply", **outcomes}
    tested = [cast.tested(PUPIL, "applies")]
    for row in subject.parts.standing():
        own = cast.tested(PUPIL, outcomes.get(row.name, "as_whole"), "Elevhälsa.")
        tested.append(own._replace(part=row))
    cast.assess(subject, tested=tested, ground="none", answers={"N0.tf": tf})
    return fresh(subject)


def name(cast, subject, names, kind="passage", **fields):
    assessment.name_parts(subject, by=cast.karin, kind=kind, names=names, **fields)


def put_on_map(cast, external_id):
    """Beside the mailbox."""
    row = CloudObject.objects.get(external_id=MAILBOX)
    row.pk, row.external_id, row.designation = None, external_id, "O-18"
    with acting_as(cast.per):
        row.save()


def standing(subject):
    return [row.name for row in subject.parts.standing()]


def refused_at(field, step, *args, **fields):
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        step(*args, **fields)
    assert field in caught.value.message_dict, caught.value.message_dict
    return " ".join(caught.value.message_dict[field])


def test_what_is_not_secret_is_handed_out_and_the_rest_refused(cast):
    subject = divided(cast)
    cast.propose(subject, outcome="partially_granted", granted_scope="")
    made = decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    given = Part.objects.get(name=OPEN)
    assert (made.part_ids, made.granted_scope) == ([given.pk], OPEN)
    assert made.ground == "not_secret"
    document = document_of(made, full=True)
    assert ("Omfattning", OPEN) in document.extent
    assert document.order.endswith("I övrigt avslås begäran.")
    assert document.marking, "what is refused is described in it"
    tried = {rule.outcome for rule in document.rules if "23 kap." in rule.citation}
    assert tried == {
        f"sekretess gäller i fråga om {SECRET}",
        f"sekretess gäller inte i fråga om {OPEN}",
    }


def test_official_documents_are_refused_only_as_far_as_they_are_secret(cast):
    subject = divided(cast)
    said = refused_at("outcome", cast.propose, subject, outcome="refused")
    assert OPEN in said and SECRET not in said
    with pytest.raises(ValidationError), transaction.atomic():
        cast.propose(subject, outcome="granted")
    cast.propose(divided(cast, number="EXSR2", **{OPEN: "applies"}), outcome="refused")


def test_access_may_be_refused_whole_though_a_part_of_it_is_not_secret(cast):
    """Only official documents are handed out as far as they can be."""
    cast.propose(divided(cast, tf="no"), outcome="refused")


def test_nothing_is_secret_and_yet_refused(cast):
    subject = cast.assigned()
    open_to_all = [cast.tested(PUPIL, "does_not_apply")]
    cast.assess(subject, tested=open_to_all, answers={"N0.tf": "yes"})
    refused_at("outcome", cast.propose, fresh(subject), outcome="refused")


def test_a_part_without_a_test_of_its_own_is_as_everything_is(cast):
    subject = divided(cast, **{SECRET: "as_whole"})
    proposal = cast.propose(subject, outcome="partially_granted")
    assert proposal.part_ids == [Part.objects.get(name=OPEN).pk]


def test_the_draft_says_of_each_part_why(cast):
    subject = divided(cast)
    basis = basis_of(subject, assessment_with_texts(subject))
    internal, told = texts.draft(subject, basis, "partially_granted", None)
    assert f"I fråga om {SECRET} gäller följande." in internal
    assert f"I fråga om {OPEN} gäller följande" in internal
    assert f"bifallas i fråga om {OPEN} men inte i fråga om {SECRET}." in internal
    assert internal.count("gäller sekretess i ") == 1, "the rule stands once"
    assert f"I fråga om {SECRET} gäller följande." in told
    assert "Sekretess hindrar därför att uppgifterna lämnas ut." in told
    assert "[" not in internal + told, "nothing is left to write"


def test_what_else_is_asked_for_is_a_part_of_its_own(cast):
    subject = cast.assigned()
    name(cast, subject, [SECRET])
    assert standing(subject) == [SECRET, "allt annat som begärs"]
    named = subject.parts.standing().first()
    name(cast, subject, [], ended=[named])
    assert not standing(subject) and not fresh(subject).is_divided


@pytest.mark.parametrize(
    "first, again",
    [
        (("passage", None, SECRET), ("data", None, SECRET.upper())),
        (("object", True, "brevlådan"), ("passage", True, OPEN)),
        (("passage", True, OPEN), ("object", True, "brevlådan")),
    ],
)
def test_parts_do_not_overlap(cast, first, again):
    subject = cast.assigned()
    place = {True: subject.requested_objects.get(), None: None}
    rows = [
        {"kind": kind, "names": [text], "requested_object": place[lies]}
        for kind, lies, text in (first, again)
    ]
    assessment.name_parts(subject, by=cast.karin, **rows[0])
    before = standing(subject)
    said = refused_at(
        "names", assessment.name_parts, fresh(subject), by=cast.karin, **rows[1]
    )
    assert rows[0]["names"][0] in said
    assert standing(subject) == before


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "anna.svensson@skola.example.se",
        "elev 20120304-1239",
        "H:/elev/a.doc",
    ],
)
def test_a_part_that_names_nothing_or_an_address_is_told_beside_the_field(cast, typed):
    subject = cast.assigned()
    karin = signed_in(cast.karin)
    shown = karin.post(
        step_url(subject, "name-parts"), {"kind": "passage", "names": typed, "seen": ""}
    )
    assert shown.context["form"].errors["names"], words(shown)
    assert shown.context["form"]["names"].value() == typed, "what was typed stays"
    assert not standing(subject)


def test_a_part_of_an_object_that_has_left_the_request_is_to_be_named_anew(cast):
    put_on_map(cast, ANOTHER)
    subject = cast.assigned(objects=(MAILBOX, ANOTHER))
    place = subject.requested_objects.get(external_id=ANOTHER)
    name(cast, subject, [SECRET], requested_object=place)
    cast.assess(subject, answers={"N0.tf": "yes"})
    arrive(cast)
    with pytest.raises(ValidationError) as caught:
        cast.propose(fresh(subject), outcome="partially_granted")
    assert f"{SECRET} ligger i ett objekt" in str(caught.value)


def test_each_part_is_tested_in_the_form_and_shown_in_the_case(cast):
    subject = divided(cast)
    karin = signed_in(cast.karin)
    form = karin.get(step_url(subject, "assess")).context["form"]
    rows = {
        row.part.name: row.outcome.value() for test in form.rows for row in test.parts
    }
    assert rows == {SECRET: "applies", OPEN: "does_not_apply"}
    assert SECRET in words(karin.get(page(subject)))


# -- Past the steps --------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome, which", [("granted", [OPEN]), ("partially_granted", [SECRET, OPEN]),
                       ("partially_granted", [SECRET]), ("partially_granted", [])]
)  # fmt: skip
def test_the_database_gives_no_part_past_its_secrecy(cast, outcome, which):
    subject = divided(cast)
    cast.propose(subject, outcome="partially_granted")
    parts = list(Part.objects.filter(name__in=which).values_list("pk", flat=True))
    with pytest.raises(IntegrityError), transaction.atomic():
        forged_decision(cast, subject=fresh(subject), outcome=outcome, part_ids=parts)


def test_a_test_is_of_a_part_of_its_own_review(cast):
    subject = divided(cast)
    other = SecrecyReview.objects.exclude(pk=subject.pk).first() or cast.assigned(
        number="other"
    )
    row = subject.harm_tests.exclude(part=None).first()
    row.review = other
    with pytest.raises(IntegrityError), transaction.atomic(), acting_as(cast.karin):
        row.save()


def test_nothing_that_was_decided_whole_has_parts(cast):
    assert decided_under(cast, "granted", "fl_full").part_ids == []


def test_a_case_is_found_by_a_part_that_its_reasons_name(cast):
    subject = divided(cast)
    basis = basis_of(subject, assessment_with_texts(subject))
    drafted = texts.draft(subject, basis, "partially_granted", None).internal
    text = PLACEHOLDER.sub("", drafted)
    cast.propose(subject, outcome="partially_granted", motivation_internal=text)
    for part_name in (SECRET, OPEN):
        found = search(cast.karin, f'"{part_name}"').hits
        assert subject in [hit.review for hit in found], part_name
    assert not search(cast.per, f'"{SECRET}"').hits
