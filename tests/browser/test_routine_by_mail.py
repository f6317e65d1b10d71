"""The routine case of Microsoft 365, by hand and by mail and machine: what each takes of
people, for the same facts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit_app import acting
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.oversight.sweep import poll_all
from tests.browser.test_routine import assess_and_propose, decide, register, send
from tests.browser.way import act
from tests.helpers.mailboxes import mail_rule
from tests.helpers.worked_examples import LOG

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("laid_out"),
    pytest.mark.django_db(transaction=True),
]
LEAST = 8  # fewer
TYPED = {
    "object_ids": LOG,
    "justification": "Loggutdrag utan ärenderader",
    "employer_entity": "Microsoft",
}


def fill(page, values):
    for name, value in values.items():
        page.fill(f"#id_{name}", value)
    page.locator("#id_engineer_country").select_option("US")


def type_it_in(begin, sent):
    """What the mail and the machine tell, typed; and the rest."""
    eva = begin("eva")
    eva.click("Skriv in en begäran")
    sent = timezone.localtime(sent)
    today = acting.today()  # as the field stands
    day = {} if sent.date() == today else {"requested_at_0": f"{sent:%Y-%m-%d}"}
    fill(
        eva.page,
        {
            "external_id": "EXSR419002",
            "support_case": "SR-9002",
            "service": "Exchange",
            "hours": "4",
            **day,
            "requested_at_1": f"{sent:%H:%M}",
            **TYPED,
        },
    )
    send(eva)
    assert SecrecyReview.objects.count() == 1, eva.text()


def complete_it(begin):
    nils = begin("nils")
    act(nils, "Komplettera från portalen")
    assert nils.page.input_value("#id_service") == "Exchange"
    assert nils.page.input_value("#id_hours") == "4"
    nils.fits("komplettera")
    fill(nils.page, TYPED)
    send(nils)
    assert SecrecyReview.objects.count() == 1, nils.text()


def answer_in_portal(begin):
    eva = begin("eva")
    act(eva, "svar")
    for text in ("Kopiera numret", "Kopiera kommentaren"):
        eva.page.get_by_role("button", name=text).click()
    eva.page.check("input[name=no_conflict]")
    send(eva)
    assert AccessRequest.objects.get().status == "access_open", eva.text()


def rest_of_the_way(begin, answer):
    register(begin)
    assess_and_propose(begin)
    decide(begin)
    answer(begin)


def test_by_hand(begin, counted, capsys):
    type_it_in(begin, acting.now() - timedelta(minutes=20))
    rest_of_the_way(begin, answer_in_portal)
    with capsys.disabled():
        print(f"\nby hand: {len(counted)}: {counted}")
    assert len(counted) >= HAND


def test_by_mail_and_machine(
    begin,
    counted,
    mailbox,
    read,
    exchange,
    cast,
    capsys,
):
    mail_rule(cast)
    sent = acting.now() - timedelta(minutes=20)
    mailbox.arrives("EXSR419002", at=sent)
    exchange.apply("EXSR419002", at=sent)
    read()
    poll_all()
    complete_it(begin)
    rest_of_the_way(begin, lambda _begin: deliver_due())
    with capsys.disabled():
        print(f"\nby mail and machine: {len(counted)}: {counted}")
    assert exchange.decisions == [("EXSR419002", "Approve")]
    assert AccessRequest.objects.get().status == "access_open"
    assert len(counted) <= HAND - LEAST


# What the case takes that is typed in; each test holds one side of the difference.
HAND = 33
