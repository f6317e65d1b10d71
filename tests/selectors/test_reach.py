"""By which way people are told of what: one rule, of which ladders, coverage, the other
notices and each person's own page are told the same."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from audit_app import acting
from requests_app.core.models import Heartbeat
from requests_app.core.queue import NoticeKind
from requests_app.duty.ladders import reach_now
from requests_app.duty.models.notices import (
    ALWAYS_TOLD,
    OWN_WAYS,
    NoticeChoice,
    NoticeWay,
)
from requests_app.duty.roster.coverage import able_people, people_by_way, wants, ways_to
from requests_app.duty.steps import (
    add_device,
    address_refused,
    choose_notices,
    end_channel,
    end_device,
    make_channel,
    tell_number,
)
from tests.cast import hours
from tests.helpers.channels import HOOK
from tests.helpers.notices import EVERY, choose
from tests.helpers.people import rewrite
from tests.helpers.phones import (
    Phone,
    key,
)
from tests.helpers.web import signed_in, words

__all__ = ["key"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server", "key")]
PAGE = reverse("admin:notices")


@pytest.fixture
def reached(cast):
    """By every way."""
    karin = cast.karin
    rewrite(karin, email="karin@skola.example")
    add_device(karin, by=karin, name="My phone", **Phone().keys())
    tell_number(karin, by=karin, number="+46700000001")
    make_channel(cast.gsn, by=cast.per, role="", address=HOOK, kind="sms")
    return karin


def by_which(person):
    """By all that ask: they say the same."""
    by_way = people_by_way(NoticeKind.ANSWER)
    ways = {way for way in OWN_WAYS if person.pk in by_way[way]}
    reach = reach_now(Heartbeat.objects.all())
    assert ways == {way for way in OWN_WAYS if reach.can_tell(person.pk, way)}
    assert able_people().filter(pk=person.pk).exists() == bool(ways)
    return ways


LACKS = {
    "no address": ("mail", lambda cast, own: rewrite(cast.karin, email="")),
    "refused": ("mail", lambda cast, own: address_refused(cast.karin, "550")),
    "no server": ("mail", lambda cast, own: setattr(own, "MAIL_SERVER", {})),
    "ended": (
        "push",
        lambda cast, own: end_device(
            cast.karin.push_devices.get(), by=cast.karin, reason="x"
        ),
    ),
    "no key": ("push", lambda cast, own: setattr(own, "PUSH_KEY", "")),
    "no number": (
        "sms",
        lambda cast, own: tell_number(cast.karin, by=cast.karin, number=""),
    ),
    "no gateway": (
        "sms",
        lambda cast, own: end_channel(
            cast.gsn.notice_channels.get(), by=cast.per, reason="x"
        ),
    ),
}


@pytest.mark.parametrize("lack", LACKS)
def test_what_lacks_is_the_same_for_all_who_ask_and_stands_in_its_column(
    cast, reached, settings, lack
):
    assert by_which(reached) == set(OWN_WAYS) == shown(reached)
    way, take_away = LACKS[lack]
    take_away(cast, settings)
    assert by_which(reached) == set(OWN_WAYS) - {way} == shown(reached)


def shown(person):
    """The columns that say where it goes."""
    columns = signed_in(person).get(PAGE).context["columns"]
    ways = zip(OWN_WAYS, columns, strict=True)
    assert all(column.says for column in columns)
    return {way for way, column in ways if column.is_there}


def test_whoever_is_told_by_no_way_is_not_reached(cast, reached):
    assert by_which(reached)
    choose(reached, off=[f"{way}:answer" for way in OWN_WAYS])
    assert by_which(reached) == set()
    assert shown(reached) == set(OWN_WAYS)


def test_a_refused_address_is_tried_again_though_it_reaches_nobody(cast, reached):
    address_refused(reached, "550")
    with acting.at(hours(1)):
        mail = NoticeWay.MAIL
        assert reached.pk not in people_by_way(NoticeKind.ANSWER)[mail]
        assert reached.pk in people_by_way(NoticeKind.ANSWER, to_try=True)[mail]


def test_each_kind_is_chosen_for_each_way_by_itself(cast):
    """The page and the query say the same of every choice."""
    person = cast.karin
    switches = [NoticeChoice.switch(*pair) for pair in EVERY]
    for chosen in ([], switches, switches[::2], switches[1::3]):
        choose_notices(person, chosen)
        row = NoticeChoice.objects.get()
        for way, kind in EVERY:
            is_on = NoticeChoice.switch(way, kind) in chosen
            assert row.is_on(way, kind) == (is_on or (way, kind) in ALWAYS_TOLD)
            people = get_user_model().objects.filter(wants(way, kind), pk=person.pk)
            assert people.exists() == row.is_on(way, kind), (way, kind)


def test_without_a_choice_mail_tells_everything_and_phones_what_has_hours(cast):
    person = NoticeChoice()
    on = {pair for pair in EVERY if person.is_on(*pair)}
    mail, *phone = OWN_WAYS
    assert on == {(mail, kind) for kind in NoticeKind} | {
        (way, NoticeKind.ANSWER) for way in phone
    }
    for way, kind in EVERY:
        people = get_user_model().objects.filter(wants(way, kind), pk=cast.karin.pk)
        assert people.exists() == ((way, kind) in on)


def test_whoever_has_no_way_is_told_so_with_the_page_where_it_is_added(cast):
    text = signed_in(cast.karin).get(PAGE)
    for told in (
        "ingen e-postadress",
        "inte angett något nummer",
        "Ingen av dina webb",
    ):
        assert told in words(text)
    mail, phone, number = text.context["columns"]
    assert phone.link == number.link == reverse("admin:devices")
    # Accounts are kept by somebody else, but for who keeps them.
    assert not mail.link and "systemadministratör" in mail.says
    admin = signed_in(cast.sam).get(PAGE).context["columns"][0]
    assert signed_in(cast.sam).get(admin.link).status_code == 200
    assert ways_to(cast.karin) == dict.fromkeys(OWN_WAYS, False)
