"""What is kept about whoever asks: by case and kind, of the authority that was asked."""

import pytest
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.cases.review.steps import people
from requests_app.core.people.models import Role
from requests_app.disclosure import data_subjects
from requests_app.disclosure.person import gather
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.people import engage
from tests.helpers.refusals import fresh
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.django_db
NAME = "Åsa-Brita Ödman"


def gather_page(row):
    return reverse("admin:requests_app_datasubjectrequest_gather", args=[row.pk])


def asked(cast, **more):
    row = asked_by_a_data_subject(cast, **more)
    data_subjects.identify(row, by=cast.lena, identity="document")
    return fresh(row)


def gathered(person, row, *sought):
    answer = signed_in(person).post(gather_page(row), {"words": "\n".join(sought)})
    return answer, answer.context["gathered"]


def test_a_citizen_stands_by_case_and_kind(cast):
    case = cast.assigned(justification=f"Lådan är {NAME.upper()}s.")
    cast.assigned(number="2")
    row = asked(cast)
    answer, found = gathered(cast.dora, row, NAME)
    ((review, kinds),) = found.cases
    assert review == case and not found.others
    assert sum(kind.by_words for kind in kinds) > 0
    assert {kind.by_account for kind in kinds} == {0}
    assert NAME.upper() not in words(answer)
    line = LedgerEntry.objects.get(event="data_subject_request.gathered")
    assert (line.kind, line.object_id) == ("read", str(row.pk))


def test_a_colleague_stands_by_account_and_a_namesake_apart(cast):
    first = engage(cast, "asa1", Role.LEGAL_REVIEWER, cast.gsn)
    second = engage(cast, "asa2", Role.LEGAL_REVIEWER, cast.gsn)
    type(first).objects.filter(pk__in=(first.pk, second.pk))
    row = asked(cast, account=first)
    answer, found = gathered(cast.dora, row, str(second))
    assert found.namesakes == [second] and second.username in words(answer)
    roles = next(k for k in found.beside if "oll" in k.label.lower() and k.by_account)
    assert roles.by_account >= 1


def test_of_a_case_that_one_may_not_know_of_the_number_is_not_told(cast):
    case = cast.assigned(justification=f"Lådan är {NAME}s.")
    people.close_list(case, by=cast.lena, reason="A staff matter")
    answer, found = gathered(cast.dora, asked(cast), NAME)
    assert found.cases == [] and found.others
    assert case.diary_number not in words(answer)


def test_of_another_authority_nothing_is_shown(cast):
    cast.assigned()
    row, of_case = asked(cast), "Mailbox"
    assert gather(cast.dora, row, [of_case]).cases
    row.authority = cast.nis
    elsewhere = gather(cast.dora, row, [of_case])
    assert elsewhere.cases == elsewhere.others == []


def test_before_it_is_known_who_asks_nothing_is_gathered(cast):
    row = asked_by_a_data_subject(cast)
    answer, found = gathered(cast.dora, row, NAME)
    assert found is None and "vem som begär" in words(answer)


def test_a_word_that_finds_everybody_is_refused_and_stays(cast):
    answer, found = gathered(cast.dora, asked(cast), NAME, "a")
    assert found is None and NAME in answer.content.decode()
    assert "words" in answer.context["form"].errors


def test_nobody_gathers_for_themselves_or_without_the_role(cast):
    own = asked(cast, account=cast.bo)
    assert signed_in(cast.bo).get(gather_page(own)).status_code == 404
    assert signed_in(cast.agnes).get(gather_page(own)).status_code == 404
    assert signed_in(cast.karin).get(gather_page(own)).status_code == 404
    assert gather_page(own) in signed_in(cast.dora).get(page(own)).content.decode()
