"""On to the next that waits: its form, by a key or after each step."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from tests.helpers.people import give
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def registered(client, subject):
    seen = {"seen": subject.version, "matter": "access", "public_subject": "Begäran"}
    answer = client.post(step_url(subject, "register"), seen)
    assert answer.status_code == 302, words(answer)
    return answer.url


def test_the_form_of_the_next_opens_and_not_its_page(cast):
    first, second = cast.new(number="1"), cast.new(number="2")
    lena = signed_in(cast.lena)
    assert lena.get("/next/").url == step_url(first, "register")
    for here in (page(first), step_url(first, "register")):
        following = lena.get("/next/", {"after": here}).url
        assert following == step_url(second, "register")
    last = lena.get("/next/", {"after": page(second)}).url
    assert last == step_url(first, "register")


def test_what_is_taken_by_its_button_is_opened_first(cast):
    subject = cast.registered()
    jonas = signed_in(cast.jonas)
    assert jonas.get("/next/").url == page(subject)


def test_after_a_step_the_next_opens_for_whoever_wants_it(cast):
    first, second, third = (cast.new(number=str(n)) for n in range(3))
    lena = signed_in(cast.lena)
    assert registered(lena, first) == page(first)
    lena.post(reverse("admin:keys"), {"opens_next": "on", "next": "/"})
    assert get_user_model().objects.get(pk=cast.lena.pk).opens_next
    on = registered(lena, second)
    assert on.startswith("/next/?done=")
    assert lena.get(on).url == step_url(third, "register")
    # Beside what it waits for one stays where one is.
    note = {"seen": third.version, "text": "Ringde", "source": "Supporten"}
    now = timezone.localtime()
    note |= {"happened_at_0": f"{now:%Y-%m-%d}", "happened_at_1": f"{now:%H:%M}"}
    answer = lena.post(step_url(third, "note"), note)
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer.url == page(third)
    lena.post(reverse("admin:keys"), {"opens_next": "off", "next": "/"})
    third.refresh_from_db()
    assert registered(lena, third) == page(third)


def test_what_still_waits_for_the_person_is_not_left(cast):
    cast.new(number="OTHER")
    subject = cast.new(number="MINE")
    give(cast, cast.karin, "registrar")
    karin = signed_in(cast.karin)
    karin.post(reverse("admin:keys"), {"opens_next": "on", "next": "/"})
    assert karin.get(registered(karin, subject)).url == page(subject)


@pytest.mark.parametrize("sent", [{}, {"opens_next": "perhaps"}, {"other": "on"}])
def test_nothing_else_is_switched(cast, sent):
    assert signed_in(cast.lena).post(reverse("admin:keys"), sent).status_code == 404
