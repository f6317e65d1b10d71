"""Somebody asks for their own data (GDPR 15): the documents in which they stand are
gathered, masked for others, looked through by a second and given with the answer."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from requests_app.cases.intake.steps import file
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import everything_for
from requests_app.disclosure import data_subjects
from requests_app.disclosure.models import DisclosureRequest, Redaction
from requests_app.disclosure.person import places_by_case
from requests_app.disclosure.steps import document, request
from tests.cast import hours
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.hand_outs import SECRET, drawn, handed_over, judged, with_a_name
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import offered, page, signed_in, words

pytestmark = pytest.mark.django_db
OWN = "Anna Berg"


@pytest.fixture
def case(cast):
    """Anna stands in one note, with Rosengren; another is about Rosengren alone."""
    subject = with_a_name(cast)
    told = {"happened_at": acting.now(), "source": OWN}
    text = f"{OWN} och Rosengren ringde; Anna nås på anna@example.se, han på b@x.se."
    file.make_note(subject, by=cast.karin, text=text, **told)
    return fresh(subject)


def asked(cast, **more):
    row = asked_by_a_data_subject(cast, **more)
    data_subjects.identify(row, by=cast.lena, identity="document")
    return fresh(row)


def gathered(cast, row=None, words=(OWN, "anna@example.se")):
    row = row or asked(cast)
    return request.gather_documents(row, **told(row, cast.lena, words))


def waits(person, row):
    return [item.step for item in everything_for(person) if item.name == row.number]


def test_only_documents_in_which_they_stand_are_gathered(cast, case):
    row = asked(cast)
    made = gathered(cast, row)
    notes = case.file_notes.order_by("pk")
    keys = set(made.documents.values_list("key", flat=True))
    assert f"filenote-{notes[1].pk}" in keys and made.of_data_subject == row
    assert f"filenote-{notes[0].pk}" in keys  # anna@example.se stands there
    other = gathered(cast, asked(cast), words=[OWN])
    keys = set(other.documents.values_list("key", flat=True))
    assert f"filenote-{notes[1].pk}" in keys
    assert f"filenote-{notes[0].pk}" not in keys


def test_what_is_theirs_is_given_and_others_are_proposed_to_be_masked(cast, case):
    made = gathered(cast)
    drawn(made, cast.lena)
    places = Redaction.objects.filter(of_document__request=made)
    proposed = {place.words.text.strip(".,;") for place in places}
    assert SECRET in proposed and "b@x.se" in proposed
    assert not {word for word in proposed if "anna" in word.casefold()}


def test_it_is_answered_first_and_given_with_the_answer(cast, case):
    row = asked(cast)
    made = gathered(cast, row)
    answer = {"by": cast.bo, "status": "partly", "reasons": "Bifogas."}
    refused(WrongState, data_subjects.settle, fresh(row), **answer)
    judged(made, cast.lena)
    made = handed_over(made, cast.lena)
    document.let_go(made, by=cast.jonas)
    refused(WrongState, request.deliver, fresh(made), by=cast.lena, how="desk")
    assert waits(cast.lena, made) == [""]
    no = {**answer, "status": "refused"}
    refused(ValidationError, data_subjects.settle, fresh(row), **no)
    data_subjects.settle(fresh(row), **answer)
    told = fresh(row).answer.text
    assert "(maskad)" in told and "maskade enligt 23 kap. 2 §" in told
    assert waits(cast.lena, made) == ["Lämna ut"]
    request.deliver(fresh(made), by=cast.lena, how="desk")
    given = fresh(made)
    assert "artikel 15.3" in given.answer.text and given.fee == 0
    assert "6 kap. 3 §" not in given.answer.text
    refused(WrongState, request.ask_for_decision, given, by=cast.lena)


def test_the_month_is_its_clock(cast, case):
    row = asked(cast)
    made = gathered(cast, row)
    shown = words(signed_in(cast.lena).get(page(made)))
    assert "Ska besvaras senast" in shown and "skyndsamt" not in shown
    assert f"{made}" in words(signed_in(cast.lena).get(page(row)))

    def alarm():
        return [one.alarm for one in everything_for(cast.lena) if one.name == f"{made}"]

    with acting.at(hours(24 * 5)):
        assert alarm() == [""]
    data_subjects.extend(fresh(row), by=cast.lena, reason="Många.")
    with acting.at(hours(24 * 40)):
        assert alarm() == [""]
    with acting.at(hours(24 * 100)):
        assert "månad" in alarm()[0].casefold()


def test_nobody_handles_their_own_and_nothing_is_gathered_unknown(cast, case):
    unknown = asked_by_a_data_subject(cast)
    refused(WrongState, request.gather_documents, unknown, **told(unknown, cast.lena))
    own = asked_by_a_data_subject(cast, account=cast.lena)
    data_subjects.identify(own, by=cast.bo, identity="colleague")
    own = fresh(own)
    refused(PermissionDenied, request.gather_documents, own, **told(own, cast.lena))
    assert "gather-documents" not in offered(signed_in(cast.lena), own)
    row = asked(cast)
    none = told(row, cast.lena, ["Kråkvinkel"])
    refused(ValidationError, request.gather_documents, row, **none)
    assert not DisclosureRequest.objects.exists()


def told(row, by, sought=(OWN,)):
    words, places = list(sought), places_by_case(row, sought)
    return {"by": by, "channel": "letter", "words": words, "places": places}


def test_the_database_holds_to_it(cast, case):
    made = gathered(cast)
    for one in made.documents.untested():
        document.hand_out_whole(one, by=cast.lena)
    row = handed_over(made, cast.lena)
    document.let_go(row, by=cast.jonas)
    row = fresh(row)
    row.status, row.delivered_how, row.delivered_by = "answered", "desk", cast.lena
    row.delivered_at, row.answer = acting.now(), row.wording
    refuses("with the answer", row.save, cast.lena)
