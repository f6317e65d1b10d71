"""Mail to staff of what waits with a clock, through a real mail server."""

from datetime import timedelta
from typing import get_type_hints

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.core.queue import NoticeKind, clock_between
from requests_app.duty.ladders import due_now, read_queues
from requests_app.duty.models.notices import (
    ALWAYS_TOLD,
    LadderNotice,
    NoticeChoice,
    RefusedAddress,
    SentNotice,
)
from requests_app.duty.sweep import ladders
from requests_app.duty.sweep.ladders import NotTold, To, copy_ladders, send
from requests_app.oversight.steps.acts import record_act
from tests.background.conftest import tell
from tests.cast import hours
from tests.helpers.channels import channel_of
from tests.helpers.notices import MAIL, USUAL, choose
from tests.helpers.people import rewrite
from tests.helpers.web import signed_in, words
from tests.standin.mail import address_of

pytestmark = pytest.mark.django_db

ALWAYS = {f"{way}:{kind}" for way, kind in ALWAYS_TOLD}


def test_number_time_and_link_go_out_once_and_nothing_of_what_it_is_about(
    staffed, inbox
):
    subject = staffed.assigned()
    assert tell(staffed) == ["notices: 1 sent"] and tell(staffed) == []
    (mail,) = inbox.mails
    ends = subject.access_request.answer_deadline
    assert mail["To"] == address_of("karin") and mail["From"] == "lockbox@stad.example"
    assert mail["Subject"].startswith(f"Lockbox: {subject}, senast ")
    assert str(ends.year) in mail["Subject"]
    text = mail.get_content()
    page = reverse("admin:requests_app_secrecyreview_change", args=[subject.pk])
    assert f"lockbox.stad.example{page}" in text
    for told in ("Exchange", "Repair", "Mailbox", "O-17", "Microsoft", "Grundskole"):
        assert told not in str(mail)
    assert LedgerEntry.objects.filter(event="notice.sent").count() == 1
    row = LadderNotice.objects.get()
    assert (row.key, row.by, row.act) == (staffed.karin.pk, "mail", "review")
    assert (row.rung, row.ends_at) == (0, ends)


def test_each_hears_when_it_is_their_turn_in_their_language(staffed, inbox):
    rewrite(staffed.lena, language="en")
    subject = staffed.new()
    tell(staffed)
    (mail,) = inbox.to("lena")
    assert mail["Subject"].startswith(f"Lockbox: {subject_in_english(subject)}, by ")
    assert "you have something to do by" in mail.get_content()


def subject_in_english(subject):
    return f"GSN, not registered (no. {subject.pk})"


def test_nobody_hears_without_an_address_a_role_or_the_wish(staffed, inbox, settings):
    staffed.assigned()
    choose(staffed.karin, off=MAIL)
    assert tell(staffed) == [] and inbox.mails == []
    choose(staffed.karin)
    rewrite(staffed.karin, email="")
    assert tell(staffed) == []
    rewrite(staffed.karin, email=address_of("karin"))
    server, settings.MAIL_SERVER = settings.MAIL_SERVER, {}
    assert tell(staffed) == [] and not LadderNotice.objects.exists()
    settings.MAIL_SERVER = server
    rewrite(staffed.karin, is_active=False)
    assert tell(staffed) == [] and inbox.mails == []


def test_what_another_sweep_has_sent_is_not_sent_again(staffed, inbox):
    staffed.assigned()
    copy_ladders(staffed.sweeper)
    ((one, told),) = due_now(read_queues().waiting)
    to = To(one, told.by, told.key, told.rung, person=staffed.karin)
    assert send(to, staffed.sweeper)
    assert send(to, staffed.sweeper) is False and len(inbox.mails) == 1


def test_what_a_round_has_no_time_for_is_the_next_ones(staffed, inbox, monkeypatch):
    staffed.assigned()
    monkeypatch.setattr(ladders, "ROUND", -1)
    assert tell(staffed) == [] and not LadderNotice.objects.exists()
    monkeypatch.undo()
    assert tell(staffed) == ["notices: 1 sent"]


def test_a_round_reads_each_queue_once_for_all_that_it_tells(staffed, inbox):
    """Ladders, other notices and channels walked them one after the other."""
    channel_of(staffed)
    staffed.assigned()
    tell(staffed)
    with CaptureQueriesContext(connection) as walk:
        read_queues()
    with CaptureQueriesContext(connection) as told:
        assert tell(staffed) == []
    assert len(told) <= len(walk) + 13, len(told)


def test_a_new_clock_is_told_anew(staffed, inbox):
    subject = staffed.assigned()
    tell(staffed)
    rewrite(subject.access_request, answer_deadline=hours(30))
    assert tell(staffed) == ["notices: 1 sent"]
    first, second = inbox.to("karin")
    assert first["Message-ID"] != second["Message-ID"]


def test_a_refused_address_keeps_nobody_elses_mail_and_is_tried_ever_more_seldom(
    staffed, inbox
):
    staffed.assigned()
    staffed.request(number="EXSR2", objects=("unknown@elsewhere.example",))
    rewrite(staffed.nils, email=address_of("nils"))
    inbox.refused = {address_of("karin")}
    with pytest.raises(NotTold, match="1 notices"):
        tell(staffed)
    assert [mail["To"] for mail in inbox.mails] == [address_of("nils")]
    assert tell(staffed) == []
    for later, minutes in ((0.1, 10), (0.3, 20)):
        with acting.at(hours(later)):
            with pytest.raises(NotTold, match="1 notices"):
                tell(staffed)
            row = RefusedAddress.objects.get()
            assert row.next_try_at - acting.now() == timedelta(minutes=minutes)
    inbox.refused = set()
    with acting.at(hours(1)):
        assert tell(staffed) == ["notices: 1 sent"] and len(inbox.to("karin")) == 1
    assert not RefusedAddress.objects.exists()


def test_who_keeps_the_person_is_told_until_there_is_another_address(staffed, inbox):
    staffed.assigned()
    inbox.refused = {address_of("karin")}
    with pytest.raises(NotTold):
        tell(staffed)
    start = signed_in(staffed.sam).get("/")
    assert "550 no such mailbox" in words(start)
    assert "550 no such mailbox" not in words(signed_in(staffed.per).get("/"))
    rewrite(staffed.karin, email="karin.test@skola.example")
    assert "550 no such mailbox" not in words(signed_in(staffed.sam).get("/"))
    # Another address is not held back for the old one's sake.
    assert tell(staffed) == ["notices: 1 sent"]


def test_a_deviation_is_called_by_its_case(staffed, inbox):
    """A subject line that says “deviation” would say what it is about."""
    rewrite(staffed.ivar, email=address_of("ivar"))
    subject = staffed.answered()
    act = {"happened_at": acting.now(), "action": "read", "object_name": "elsewhere"}
    record_act(subject, by=staffed.karin, **act)
    tell(staffed)
    mails = inbox.to("ivar")
    assert [mail["Subject"].partition(",")[0] for mail in mails] == [
        f"Lockbox: {subject}"
    ]
    assert "vvikelse" not in mails[0].as_string()


def test_nobody_but_the_sweep_says_that_somebody_was_told(staffed):
    values = {"item": "/x/", "kind": "answer", "way": "mail", "ends_at": hours(1)}
    with (
        acting_as(staffed.per),
        pytest.raises(DatabaseError, match="by the sweep"),
        transaction.atomic(),
    ):
        SentNotice.objects.create(person=staffed.karin, sent_at=acting.now(), **values)


def test_nobody_chooses_for_another(staffed):
    with (
        acting_as(staffed.per),
        pytest.raises(DatabaseError, match="one's own name"),
        transaction.atomic(),
    ):
        NoticeChoice.objects.create(person=staffed.karin)


def test_a_person_chooses_on_a_page_of_their_own(staffed, inbox):
    web, page = signed_in(staffed.karin), reverse("admin:notices")
    assert address_of("karin") in web.get(page).content.decode()
    form = web.get(page).context["form"]
    ticked = {field.name: "on" for field in form if field.value()}
    assert "mail:answer" in ticked and "mail:duty" not in ticked
    assert "push:answer" in ticked and "push:access" not in ticked
    del ticked["mail:answer"]
    ticked["push:access"] = "on"
    for values, off, on in (
        (ticked, ["mail:answer"], ["push:access"]),
        ({}, sorted(USUAL - ALWAYS), []),
    ):
        assert web.post(page, values).status_code == 302
        row = NoticeChoice.objects.get()
        assert (row.switched_off, row.switched_on) == (off, on)
    assert NoticeChoice.history.count() == 2
    shown = web.get(page).context["form"]
    assert not any(field.value() for field in shown)


def test_each_kind_is_switched_off_by_itself_and_what_the_law_hurries_never(
    staffed, inbox
):
    staffed.assigned()
    for off, lines in (("answer", []), ("deviation", ["notices: 1 sent"])):
        choose(staffed.karin, off=[f"mail:{off}"])
        assert tell(staffed) == lines
    choose(staffed.karin, off=MAIL)
    assert not ALWAYS & set(NoticeChoice.objects.get().switched_off)
    text = words(signed_in(staffed.karin).get(reverse("admin:notices")))
    assert "Lagen ger timmar" in text


def test_each_clock_of_the_queue_is_of_a_kind_that_can_be_chosen():
    """mypy holds each call of `clock_between` to `NoticeKind`."""
    hints = get_type_hints(clock_between)
    assert hints["kind"] is NoticeKind
