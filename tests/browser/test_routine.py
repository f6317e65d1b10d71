"""The routine case, from an empty form to a closed case: what it takes of four people,
the first time that it comes and when it comes again."""

import pytest

from audit_app import acting
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Decision
from requests_app.desk.sweep import sweep
from tests.browser.way import act, may_read_all, option
from tests.cast import MAILBOX, hours
from tests.helpers.people import give
from tests.helpers.worked_examples import LOG

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("laid_out"),
    pytest.mark.django_db(transaction=True),
]
# Interactions of all people, and of the lawyer alone: the first time, and again.
MOST = {
    "without secrecy": ((29, 13), (25, 9)),
    "by 10:2 a": ((35, 19), (26, 10)),
}
BY_LAWYER = "assess_and_propose"
ENTRY = {
    "external_id": "EXSR419002",
    "object_ids": LOG,
    "justification": "Loggutdrag utan ärenderader",
    "hours": "1",
    "employer_entity": "Microsoft",
}
REPAIR = {
    **ENTRY,
    "external_id": "EXSR418822",
    "object_ids": MAILBOX,
    "justification": "Reparera ett skadat objekt som stoppar en flytt",
    "hours": "4",
}


def send(visitor, name="do"):
    visitor.page.locator(f".buttons button[name={name}]").click()


@pytest.fixture(autouse=True)
def registrar_of_both(cast):
    """Whoever types a request in registers it too, as in most towns."""
    give(cast, cast.lena, "registrar", cast.nis)


def enter_and_register(begin, entry, country):
    lena = begin("lena")
    lena.click("Skriv in en begäran")
    # What is typed in most stands there already.
    chosen = lena.page.locator("#id_connection option:checked").inner_text()
    assert chosen == option(lena.page, "m365")
    for name, value in entry.items():
        lena.page.fill(f"#id_{name}", value)
    lena.page.locator("#id_engineer_country").select_option(country)
    send(lena, "on")
    newest = SecrecyReview.objects.order_by("pk").last()
    assert newest and newest.status == "registered", lena.text()


def register(begin):
    lena = begin("lena")
    act(lena, "Registrera")
    send(lena)


def _open(begin):
    karin = begin("karin")
    karin.click("Ta ärendet")
    karin.page.check("input[name='answer_N0'][value=yes]")
    karin.page.check("input[name='answer_N3'][value=no]")
    karin.page.check("input[name=confirmed]")
    return karin


def fill(karin, what):
    karin.page.click(f"button[name=fill][value={what}]")


def _send_on(karin):
    if karin.page.locator("input[name=no_conflict]").count():
        karin.page.check("input[name=no_conflict]")
    karin.page.click("button[name=on]")
    assert karin.page.locator("input[name=outcome][value=granted]").is_checked(), (
        karin.text()
    )
    may_read_all(karin.page)
    send(karin)


def without_secrecy(begin):
    karin = _open(begin)
    karin.page.check("input[name='answer_N10'][value=none]")
    karin.page.click("button[data-answers]")
    fill(karin, "presumed")
    last = karin.page.locator("fieldset.provision").filter(has_text="39 kap. 3 §")
    last.locator("input[value=does_not_apply]").check()
    last.locator("textarea[name^=reasons_]").fill("Endast adresser i tjänsten.")
    _send_on(karin)


def without_secrecy_again(begin):
    karin = _open(begin)
    fill(karin, "tests")
    _send_on(karin)


def card(karin, provision):
    return karin.page.locator("fieldset.provision").filter(
        has=karin.page.locator("legend", has_text=provision)
    )


def by_technical(begin):
    karin = _open(begin)
    karin.page.click("button[data-answers]")
    fill(karin, "presumed")
    card(karin, "23 kap. 2 §").locator("input[value=applies]").check()
    card(karin, "23 kap. 2 §").locator("input[value=osl-10-2a]").check()
    nurse = card(karin, "25 kap. 1 §")
    nurse.locator("input[value=struck]").check()
    nurse.locator("textarea[name^=reasons_]").fill("Skolsköterskan skriver inte där.")
    karin.page.check("input[name='answer_N7.10-2a.technical'][value=yes]")
    karin.page.fill(
        "textarea[name='motivation_N7.10-2a.technical']",
        "Att reparera ett skadat objekt är teknisk bearbetning.",
    )
    fill(karin, "weights")
    karin.page.check("input[name='answer_N7.10-2a.alternatives'][value=for]")
    fill(karin, "rest")
    karin.page.check("input[name='answer_N7.10-2a.suitable'][value=not_unsuitable]")
    assert karin.page.locator("input[name='answer_N10'][value=none]").is_checked()
    _send_on(karin)


def by_technical_again(begin):
    karin = _open(begin)
    fill(karin, "tests")
    fill(karin, "weights")
    karin.page.check("input[name='answer_N7.10-2a.suitable'][value=not_unsuitable]")
    _send_on(karin)


def assess_and_propose(begin):
    """Without secrecy, as the mailed request is assessed too."""
    without_secrecy(begin)


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
    newest = AccessRequest.objects.order_by("pk").last()
    assert newest.status == "access_open", eva.text()


def close(begin):
    with acting.at(hours(7)):
        sweep()
    karin = begin("karin")
    act(karin, "Avsluta ärendet")
    send(karin)
    assert SecrecyReview.objects.filter(status="closed").count() == 1, karin.text()


def way(begin, counted, entry, country, assess, until=None):
    """What each part takes."""
    parts = {
        "enter and register": lambda: enter_and_register(begin, entry, country),
        BY_LAWYER: lambda: assess(begin),
        "decide": lambda: decide(begin),
        "answer": lambda: answer(begin),
        "close": lambda: close(begin),
    }
    taken = {}
    for name, part in parts.items():
        if name == until:
            break
        before = len(counted)
        part()
        taken[name] = len(counted) - before
    return taken


WAYS = {
    "without secrecy": (ENTRY, "US", without_secrecy, without_secrecy_again),
    "by 10:2 a": (REPAIR, "IE", by_technical, by_technical_again),
}


@pytest.mark.parametrize("kind", WAYS)
def test_the_first_of_its_kind(begin, counted, capsys, kind):
    entry, country, first, _again = WAYS[kind]
    taken = way(begin, counted, entry, country, first)
    told(capsys, kind, taken)
    everybody, lawyer = MOST[kind][0]
    assert sum(taken.values()) <= everybody
    assert taken[BY_LAWYER] <= lawyer


@pytest.mark.parametrize("kind", WAYS)
def test_the_routine_case_takes_few_interactions_of_all_people(
    begin, counted, capsys, kind
):
    """It has been decided before: what was answered then is confirmed, and what was
    weighed is weighed again."""
    entry, country, first, again = WAYS[kind]
    earlier = {**entry, "external_id": "EXSR400001"}
    way(begin, counted, earlier, country, first, until="close")
    taken = way(begin, counted, entry, country, again)
    told(capsys, f"{kind}, again", taken)
    everybody, lawyer = MOST[kind][1]
    assert sum(taken.values()) <= everybody
    assert taken[BY_LAWYER] <= lawyer
    one, other = (
        row.motivation_internal.text for row in Decision.objects.order_by("pk")
    )
    assert other == one.replace("EXSR400001", entry["external_id"])


def told(capsys, kind, taken):
    with capsys.disabled():
        print(f"\n{kind}: {sum(taken.values())}: {taken}")
