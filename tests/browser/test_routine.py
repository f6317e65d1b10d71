"""The routine case, from an empty form to a closed case: what it takes of four people."""

import pytest

from audit_app import clock
from requests_app.background.sweep import sweep
from requests_app.models import AccessRequest, SecrecyReview
from tests.browser.way import act, option
from tests.cast import hours
from tests.helpers.worked_examples import LOG

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("laid_out"),
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
MOST = 35
ENTRY = {
    "external_id": "EXSR419002",
    "service": "Exchange",
    "object_ids": LOG,
    "justification": "Loggutdrag utan ärenderader",
    "hours": "1",
    "employer_entity": "Microsoft",
}
ANSWERS = {
    "N0": "yes",
    "N3": "no",
    "N9.transfer.certified": "yes",
    "N9.transfer.scope": "yes",
    "N9.dpia": "not_needed",
    "N10": "none",
}


def send(visitor, name="do"):
    visitor.page.locator(f".buttons button[name={name}]").click()


def enter(begin):
    eva = begin("eva")
    eva.click("Skriv in en begäran")
    # What is typed in most stands there already.
    chosen = eva.page.locator("#id_connection option:checked").inner_text()
    assert chosen == option(eva.page, "m365")
    for name, value in ENTRY.items():
        eva.page.fill(f"#id_{name}", value)
    eva.page.locator("#id_engineer_country").select_option("US")
    send(eva)
    assert SecrecyReview.objects.get().status == "new", eva.text()


def register(begin):
    lena = begin("lena")
    act(lena, "Registrera")
    send(lena)


def assess_and_propose(begin):
    karin = begin("karin")
    karin.click("Ta ärendet")
    for name, value in ANSWERS.items():
        karin.page.check(f"input[name='answer_{name}'][value={value}]")
    karin.page.click("button[data-answers]")
    for number in range(4):
        tests = karin.page.locator("fieldset.provision")
        tests.nth(number).locator("input[value=does_not_apply]").check()
    last = karin.page.locator("fieldset.provision").filter(has_text="39 kap. 3 §")
    last.locator("textarea[name^=reasons_]").fill("Endast adresser i tjänsten.")
    karin.page.check("input[name=no_conflict]")
    karin.page.click("button[name=on]")
    assert karin.page.locator("input[name=outcome][value=granted]").is_checked()
    send(karin)


def decide(begin):
    bo = begin("bo")
    act(bo, "Besluta")
    bo.page.check("input[name=no_conflict]")
    send(bo)


def answer(begin):
    eva = begin("eva")
    act(eva, "svar")
    eva.page.check("input[name=no_conflict]")
    send(eva)
    assert AccessRequest.objects.get().status == "access_open", eva.text()


def close(begin):
    with clock.at(hours(7)):
        sweep()
    karin = begin("karin")
    act(karin, "Avsluta ärendet")
    send(karin)
    assert SecrecyReview.objects.get().status == "closed", karin.text()


def test_the_routine_case_takes_few_interactions_of_all_people(begin, counted, capsys):
    by_part = {}
    for part in (enter, register, assess_and_propose, decide, answer, close):
        before = len(counted)
        part(begin)
        by_part[part.__name__] = len(counted) - before
    with capsys.disabled():
        print(f"\nThe routine case took {len(counted)} interactions: {by_part}")
        print(counted)
    assert len(counted) <= MOST
