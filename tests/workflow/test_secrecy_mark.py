"""Marks of secrecy: by provision, day and authority; and what the register then tells."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from requests_app.cases.review.papers.case import documents_of
from requests_app.cases.review.steps.afterwards import mark_secret, take_mark_off
from requests_app.disclosure.selectors import entries, public_register
from tests.cast import provision
from tests.helpers.refusals import fresh
from tests.helpers.web import signed_in, step_url

NAMED = "OSL-23-2-st1"


def told(subject):
    return next(
        entries(public_register(subject.authority, acting.today(), acting.today()))
    )


@pytest.fixture
def subject(cast):
    return cast.registered()


def marked(subject, by, **terms):
    return mark_secret(fresh(subject), by=by, provision=provision(NAMED), **terms)


def test_a_mark_says_provision_day_and_authority_and_no_more_is_told(cast, subject):
    assert told(subject).subject
    mark = marked(subject, cast.lena, publication="outside")
    assert (mark.provision, mark.marked_on) == (provision(NAMED), acting.today())
    assert told(subject).is_left_out
    assert told(subject).number == fresh(subject).diary_number


def test_one_that_is_taken_off_or_over_is_none(cast, subject):
    mark = marked(subject, cast.lena, publication="protected")
    take_mark_off(fresh(subject), by=cast.lena, mark=mark, reason="Den behövs inte.")
    assert told(subject).subject
    until = acting.today() + timedelta(days=1)
    marked(subject, cast.lena, publication="outside", ends_on=until)
    assert told(subject).is_left_out
    with acting.at(acting.now() + timedelta(days=2)):
        assert not any(row.is_left_out for row in entries(_all(subject)))


def _all(subject):
    return public_register(
        subject.authority, acting.today() - timedelta(days=9), acting.today()
    )


def test_a_document_is_marked_by_its_key_and_tells_nothing_in_the_register(
    cast, subject
):
    document = documents_of(subject)[0]
    mark = marked(subject, cast.lena, document=document.key)
    assert (mark.document, mark.document_name) == (document.key, document.name)
    assert not told(subject).is_left_out
    with pytest.raises(ValidationError, match="redan markerat"):
        marked(subject, cast.lena, document=document.key)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (lambda: {"document": "filenote-99"}, "document"),
        (lambda: {"ends_on": acting.today()}, "ends_on"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field(cast, subject, terms, field):
    with pytest.raises(ValidationError) as refused:
        marked(subject, cast.lena, **terms())
    assert list(refused.value.message_dict) == [field]
    assert not subject.secrecy_marks.exists()


def test_who_does_not_keep_the_register_marks_nothing(cast, subject):
    with pytest.raises(PermissionDenied):
        marked(subject, cast.per)


def test_the_page_on_which_a_mark_is_taken_off_names_it(cast, subject):
    mark = marked(subject, cast.lena)
    client = signed_in(cast.lena)
    url = step_url(fresh(subject), "take-mark-off")
    assert f'value="{mark.pk}"' in client.get(url).content.decode()
    assert "23 kap. 2 §" in client.get(url).content.decode()
