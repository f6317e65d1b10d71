"""Registering: diary numbers as the authority's are, and nobody named in public."""

import pytest

from audit_app.acting import acting_as
from requests_app.core.people.models import Authority
from requests_app.core.words import texts
from requests_app.core.words.texts import identifiers_in, names_in
from tests.helpers.web import errors, in_english, page, step_url

pytestmark = pytest.mark.django_db


def send(cast, subject, step="register", **changes):
    typed = {"public_subject": "Åtkomst", "matter": "access", **changes}
    typed["seen"] = subject.version
    return in_english(cast.lena).post(step_url(subject, step), typed)


def with_pattern(cast):
    with acting_as(cast.per):
        authority = cast.gsn
        authority.diary_pattern, authority.diary_example = (
            r"GSN \d{4}/\d+",
            "GSN 2026/7",
        )
        authority.full_clean()
        authority.save()


def test_a_number_that_the_diary_does_not_give_is_refused_beside_the_field(cast):
    with_pattern(cast)
    subject = cast.new()
    response = send(cast, subject, diary_number="blaj")
    assert "GSN 2026/7" in str(errors(response)["diary_number"])
    assert send(cast, subject, diary_number="GSN 2026/18").status_code == 302
    subject.refresh_from_db()
    assert subject.diary_number == "GSN 2026/18"


def test_without_a_pattern_any_number_will_do_and_ours_is_always_given(cast):
    subject = cast.new()
    assert send(cast, subject, diary_number="blaj").status_code == 302
    with_pattern(cast)
    other = cast.new(number="EXSR2")
    assert send(cast, other).status_code == 302


@pytest.mark.parametrize(
    "pattern", ["(", r"(a+)+", r"(\d)\1", "a*b*c*d*e*", "(?=a)a", r"(ab){2,}"]
)
def test_a_pattern_that_is_none_or_could_run_for_hours_is_refused(pattern):
    assert texts.trouble_with(pattern)


@pytest.mark.parametrize("pattern", [r"GSN \d{4}/\d+", r"[A-Z+]{3}-\d{1,5}", r"\(\+x"])
def test_a_plain_pattern_is_none_of_these(pattern):
    assert not texts.trouble_with(pattern)


def test_an_example_that_is_not_like_the_pattern_is_refused(cast):
    per = in_english(cast.per)
    url = page(cast.gsn)
    form = per.get(url).context["adminform"].form
    told = {name: form[name].value() or "" for name in form.fields}
    told |= {"diary_pattern": r"GSN \d+", "diary_example": "blaj", "reason": "x"}
    told["seen"] = getattr(cast.gsn, "version", "")
    response = per.post(url, told)
    assert "diary_example" in response.context["adminform"].form.errors
    assert Authority.objects.get(code="GSN").diary_pattern == ""


@pytest.mark.parametrize(
    "text",
    [
        "Åtkomst, 19121212-1212",
        "Elev 121212+1212",
        "Elev 201212121212",
        "8001611238",
        "Barn 090161-1239",
    ],
)
def test_a_personal_number_is_refused_in_the_public_subject(cast, text):
    response = send(cast, cast.new(), public_subject=text)
    assert "public_subject" in errors(response)
    assert "names_nobody" not in response.context["form"].fields


@pytest.mark.parametrize(
    "text",
    [
        "EXSR418822",
        "SR 2026112500040",
        "Azure 1111-2222",
        "SR 9913451234",
        "SR 8001611231",
    ],
)
def test_other_numbers_are_no_personal_numbers(text):
    assert not identifiers_in(text)


def test_what_looks_like_a_name_is_asked_about_once(cast):
    subject = cast.new()
    text = "Begäran om åtkomst, Anna-Lena Nilsson"
    asked = send(cast, subject, public_subject=text)
    assert "Anna-Lena Nilsson" in str(errors(asked)["public_subject"])
    assert "names_nobody" in asked.context["form"].fields
    tick = asked.context["form"].fields["names_nobody"].widget.attrs["value"]
    other = "Begäran om åtkomst, Bo Ek"
    again = send(cast, subject, public_subject=other, names_nobody=tick)
    assert "public_subject" in errors(again)
    done = send(cast, subject, public_subject=text, names_nobody=tick)
    assert done.status_code == 302


def test_names_of_what_is_known_are_nobodys():
    text = "Begäran om åtkomst, Power Platform, Socialnämnden Centrum"
    assert names_in(text, []) == ["Power Platform", "Socialnämnden Centrum"]
    assert not names_in(text, ["Power Platform", "Socialnämnden Centrum"])


def test_the_public_subject_is_corrected_and_its_history_stays(cast):
    subject = cast.registered()
    done = send(
        cast,
        subject,
        "correct-subject",
        public_subject="Åtkomst, Exchange",
        reason="Namngav en elev",
    )
    assert done.status_code == 302
    subject.refresh_from_db()
    assert subject.public_subject == "Åtkomst, Exchange"
    last, before = subject.history.all()[:2]
    assert (last.history_user_name, last.history_change_reason) == (
        str(cast.lena),
        "Namngav en elev",
    )
    assert before.public_subject == "Access"
