"""What is typed for others to read names no object by an address that tells of somebody,
and nobody by number or street: beside its field, and nothing is lost."""

import pytest
from django.core.exceptions import ValidationError

from requests_app.cases.intake.steps import dialogue
from requests_app.cases.intake.steps.file import refuse_unprintable
from requests_app.cases.review.law.facts import ConditionTerm, ReservationTerm
from requests_app.cases.review.steps import (
    afterwards,
    assessment,
    case,
    decision,
    revocation,
)
from requests_app.registers.models.cloud import CloudObject
from tests.helpers.drawn import drawn
from tests.helpers.personal_addresses import PERSONAL, asked_for_all
from tests.helpers.reasons import left_out
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import errors, signed_in, step_url

pytestmark = pytest.mark.django_db

FIELDS = (
    "public_subject",
    "granted_scope",
    "other_conditions",
    "prohibition",
    "motivation_internal",
    "motivation_for_recipient",
    "told_instead",
    "reason_for_recipient",
    "text",
)
NUMBER = "Barnet 20120101-2384 bor där."
STREET = "Vi besöker Storgatan 5 i morgon."


@pytest.mark.long
def test_each_address_is_refused_in_every_field_that_reaches_a_paper(cast):
    subject = asked_for_all(cast)
    for row in drawn(PERSONAL, 10):
        texts = {field: f"Det gäller {row.address} i dag." for field in FIELDS}
        with pytest.raises(ValidationError) as caught:
            refuse_unprintable(subject, **texts)
        assert set(caught.value.message_dict) == set(FIELDS), row.address


def test_so_is_what_tells_of_somebody_in_it_however_it_is_written(cast):
    subject = asked_for_all(cast)
    for text in ("anna svensson", "Anna_Svensson", "ANNA.SVENSSON"):
        named = [row for row in PERSONAL if "anna.svensson@" in row.address]
        if named:
            with pytest.raises(ValidationError):
                refuse_unprintable(subject, text=f"Det gäller {text}.")
    refuse_unprintable(subject, text="Det gäller objekt 3 i begäran, och O-17.")


@pytest.mark.parametrize("words", [NUMBER, STREET])
def test_numbers_and_streets_are_refused_where_nobody_asked_for_them(cast, words):
    subject = cast.assessed()
    with pytest.raises(ValidationError) as caught:
        refuse_unprintable(subject, text=words)
    assert "tar" not in caught.value.message_dict
    for printable in (
        "Beredskapsplan 2025, artikel 28, 4 § lagen (2020:914), klockan 21.15.",
        "Supportärende SR 2026-1123-0417, diarienummer GSN 2026-0001.",
        "Avtal 2024-118, punkt 4.7, RITM0012345 den 15 januari 2025.",
    ):
        refuse_unprintable(subject, text=printable)


def test_where_the_authority_itself_is_reached_is_no_secret(cast):
    subject = cast.assessed()
    subject.authority.postal_address = "Köpmansgatan 20, 411 06 Exempelstad"
    refuse_unprintable(subject, text="Skriv till Köpmansgatan 20, 411 06 Exempelstad.")


def test_every_step_that_writes_such_a_text_asks(cast):
    """Each by its own field, and nothing is written."""
    told = STREET
    subject = cast.new()
    fields = {"public_subject": told}
    error = refused(ValidationError, case.register, subject, by=cast.lena, **fields)
    assert set(error.message_dict) == set(fields)
    subject = cast.assessed(number="EXSR2")
    error = refused(ValidationError, dialogue.ask, subject, by=cast.karin, text=told)
    assert set(error.message_dict) == {"text"}
    named = {"kind": "passage", "names": [told]}
    error = refused(
        ValidationError, assessment.name_parts, subject, by=cast.karin, **named
    )
    assert set(error.message_dict) == {"names"}
    proposals = {
        "granted_scope": {"granted_scope": told},
        "other_conditions": {"conditions": [ConditionTerm("other", told)]},
        "motivation_internal": {"motivation_internal": told},
        "motivation_for_recipient": {"omission": left_out(f"OSL 23:2. {told}")},
        "told_instead": {"omission": left_out()._replace(instead=told)},
    }
    for field, changes in proposals.items():
        error = refused(
            ValidationError,
            lambda s, c=changes: cast.propose(s, **c),
            fresh(subject),
        )
        assert set(error.message_dict) == {field}


def test_so_do_those_after_the_decision(cast):
    subject = cast.assessed()
    cast.propose(subject, omission=left_out())
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    ask = {"made": made, "received_at": made.decided_at, "applicant": "Microsoft"}
    afterwards.ask_for_reasons(fresh(subject), by=cast.lena, **ask)
    cast.confirm(subject.access_request.deliveries.get())
    why = {"ground": "security", "reason": "x", "reason_for_recipient": STREET}
    steps = [
        (afterwards.ask_for_reasons, cast.lena, {**ask, "applicant": STREET}),
        (afterwards.give_reasons, cast.bo, {"gives": True, "text": STREET}),
        (decision.correct, cast.bo, {"text": STREET}),
        (decision.translate, cast.lena, {"text": STREET}),
        (revocation.revoke, cast.bo, why),
    ]
    for step, by, fields in steps:
        error = refused(ValidationError, step, fresh(subject), by=by, **fields)
        (field,) = error.message_dict
        assert fields[field] == STREET


def test_a_prohibition_names_nobody_but_whom_it_binds(cast):
    subject = cast.assigned()
    tested = [cast.tested("OSL-23-2-st1", "applies_unless_reserved")]
    cast.assess(subject, tested=tested, ground="none")
    terms = {"outcome": "granted_with_reservation"}
    bound = [ReservationTerm("Åsa Öström", STREET)]
    error = refused(
        ValidationError,
        lambda s: cast.propose(s, reservations=bound, **terms),
        fresh(subject),
    )
    assert set(error.message_dict) == {"prohibition"}


def test_a_name_in_what_the_recipient_reads_is_asked_about_once(cast):
    subject = cast.assessed()
    client = signed_in(cast.karin)
    typed = {
        "seen": subject.version,
        "outcome": "refused",
        "motivation_internal": "Kajsa Svensson omfattas av 23 kap. 2 § OSL.",
        "leaves_out": "no",
    }
    asked = client.post(step_url(subject, "propose"), typed)
    assert "Kajsa Svensson" in str(errors(asked)["motivation_internal"])
    form = asked.context["form"]
    assert typed["motivation_internal"] in asked.content.decode()
    tick = form.fields["names_nobody"].widget.attrs["value"]
    other = {**typed, "motivation_internal": "Olle Nilsson (23 kap. 2 § OSL)."}
    again = client.post(step_url(subject, "propose"), {**other, "names_nobody": tick})
    assert "motivation_internal" in errors(again)
    done = client.post(step_url(subject, "propose"), {**typed, "names_nobody": tick})
    assert done.status_code == 302


def test_what_is_drafted_asks_of_no_name(cast):
    """The routine case is not asked: companies and authorities are nobody."""
    subject = cast.assessed(
        employer_entity="Microsoft Ireland Operations Ltd", engineer_country="IE"
    )
    client = signed_in(cast.karin)
    form = client.get(step_url(subject, "propose")).context["form"]
    names = ("outcome", "granted_minutes", "motivation_internal")
    typed = {name: form[name].value() for name in names} | {"leaves_out": "no"}
    assert "Microsoft Ireland Operations Ltd" in typed["motivation_internal"]
    answer = client.post(
        step_url(subject, "propose"), {**typed, "seen": subject.version}
    )
    assert answer.status_code == 302, errors(answer)


@pytest.mark.parametrize(
    "name",
    [
        "Anna Svensson",
        "anna.svensson",
        "anna@example.se",
        "Storgatan 5",
        "19460415-3199",
        "a_svensson anna_svensson",
    ],
)
def test_a_designation_reveals_nothing(cast, name):
    row = CloudObject.objects.get(designation="O-17")
    row.designation = name
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    assert set(caught.value.message_dict) == {"designation"}


@pytest.mark.parametrize("name", ["O-17", "M-1", "T-03", "vm-prod", "Diariet 4"])
def test_a_neutral_one_is_taken(cast, name):
    row = CloudObject.objects.get(designation="O-17")
    row.designation = name
    row.full_clean()
