"""What a data subject is given of each case is tested by somebody who reads it, and stands
in the answer; what is kept back stands there by provision alone (the Swedish Data
Protection Act 5:1)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from requests_app.cases.review.steps import people
from requests_app.core.step import WrongState
from requests_app.disclosure import data_subjects
from requests_app.disclosure.models import Disclosure
from requests_app.disclosure.steps.request import disclose
from tests.cast import provision
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = pytest.mark.django_db
GIVEN = "I ärendet står att du har ringt om din låda."
BY_LAW = "OSL-18-8"
WHY = "Den andre parten lider men."


def asked(cast, **more):
    row = asked_by_a_data_subject(cast, **more)
    data_subjects.identify(row, by=cast.lena, identity="document")
    return fresh(row)


def test_what_is_given_and_what_is_kept_back_stand_in_the_answer(cast):
    case, row, law = cast.assigned(), asked(cast), provision(BY_LAW)
    values = {"review": case, "given": GIVEN, "provision": law, "why": WHY}
    disclose(row, by=cast.lena, **values)
    data_subjects.settle(fresh(row), by=cast.bo, status="partly", reasons="x")
    answer = fresh(row).answer.text
    assert GIVEN in answer and case.diary_number in answer
    assert str(law) in answer and "5 kap. 1 §" in answer and WHY not in answer


def test_a_case_that_is_kept_back_as_a_whole_is_not_named(cast):
    case, row, law = cast.assigned(), asked(cast), provision(BY_LAW)
    disclose(row, by=cast.bo, review=case, given="", provision=law, why=WHY)
    data_subjects.settle(fresh(row), by=cast.bo, status="refused", reasons="x")
    answer = fresh(row).answer.text
    assert str(law) in answer and case.diary_number not in answer


def test_whoever_does_not_read_the_case_neither_tests_it_nor_reads_the_test(cast):
    case, row = cast.assigned(), asked(cast)
    disclose(row, by=cast.lena, review=case, given=GIVEN, provision=None, why="")
    assert GIVEN in words(signed_in(cast.lena).get(page(row)))
    assert GIVEN not in words(signed_in(cast.dora).get(page(row)))
    hidden = cast.assigned(number="2")
    people.close_list(hidden, by=cast.lena, reason="A staff matter")
    values = {"review": hidden, "given": GIVEN, "provision": None, "why": ""}
    for person in (cast.bo, cast.dora, cast.karin):
        refused(PermissionDenied, disclose, row, by=person, **values)
    disclose(fresh(row), by=cast.lena, **values)
    shown = words(signed_in(cast.bo).get(page(row)))
    assert hidden.diary_number not in shown


def test_it_is_typed_by_the_number_of_the_case(cast):
    case, row = cast.assigned(), asked(cast)
    lena = signed_in(cast.lena)

    def send(**more):
        typed = {"given": GIVEN, "provision": "", "why": "", "review": "", **more}
        typed |= {"do": "1", "seen": fresh(row).version}
        return lena.post(step_url(row, "disclose"), typed)

    for wrong, field in (
        ({"review": "GSN 1999-1"}, "review"),
        ({"given": ""}, "given"),
        ({"why": WHY}, "why"),
        ({"given": f"{GIVEN} 121212-1212"}, "given"),
    ):
        answer = send(**wrong)
        assert field in answer.context["form"].errors
        assert GIVEN in answer.content.decode() or field == "given"
    assert not Disclosure.objects.exists()
    assert send(review=case.diary_number).status_code == 302
    assert "review" in send(review=case.diary_number).context["form"].errors
    assert send().status_code == 302
    assert Disclosure.objects.count() == 2


def test_only_an_extract_is_tested_and_only_once_it_is_known_who_asks(cast):
    values = {"review": None, "given": GIVEN, "provision": None, "why": ""}
    unknown = asked_by_a_data_subject(cast)
    refused(WrongState, disclose, unknown, by=cast.lena, **values)
    refused(WrongState, disclose, asked(cast, kind="erasure"), by=cast.lena, **values)
    with pytest.raises(ValidationError):
        disclose(asked(cast), by=cast.lena, **{**values, "given": " "})


def test_the_database_holds_to_it(cast):
    """Around the workflow: unidentified, in another's name, of nothing, twice."""
    row, text = asked(cast), asked_by_a_data_subject(cast)

    def write(**values):
        values = {"request": row, "given": row.who, "tested_by": cast.lena, **values}
        return lambda: Disclosure(tested_at=acting.now(), **values).save()

    refuses("tested before the answer", write(request=text), cast.lena)
    refuses("own name", write(tested_by=cast.bo), cast.lena)
    refuses("kept_back_with_why", write(given=None), cast.lena)
    disclose(row, by=cast.lena, review=None, given=GIVEN, provision=None, why="")
    refuses("once_of_a_case", write(), cast.lena)
