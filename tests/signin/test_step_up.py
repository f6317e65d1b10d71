"""Before a decision is signed, whoever signs it has just said who they are."""

import inspect
import re
import time

import pytest
from django.contrib import admin
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.cases.access.models import AccessGrant
from requests_app.cases.review.models.afterwards import Revocation
from requests_app.cases.review.models.decision import Decision
from requests_app.core.people.models import RoleAssignment
from requests_app.duty.powers import recertify
from requests_app.registers.tables.information import REGISTERS
from tests.cast import PASSWORD
from tests.helpers.people import enter
from tests.helpers.recertified import role_of
from tests.helpers.web import signed_in, step_url, words

pytestmark = pytest.mark.django_db
# What ends a case, or undoes a decision.
ENDS = {"Disposal.confirm", "SecrecyReview.reconsider", "SecrecyReview.stop"}
SIGNS = re.compile(
    r"\bsign\(|(\b|Disclosure)(Decision|Revocation|Correction)\.objects\.create"
    r"|Status\.GIVEN\b"
)
IS_KEPT = "Det du har skrivit finns kvar."


def long_ago(client):
    session = client.session
    session["identified_at"] = int(time.time()) - 16 * 60
    session.save()


def decide(client, subject):
    form = client.get(step_url(subject, "decide")).context
    told = {"do": "1", "no_conflict": "on", "ticket": form["ticket"]}
    return told, lambda: client.post(step_url(subject, "decide"), told)


def test_whoever_has_just_signed_in_decides_at_once(cast):
    subject = cast.proposed()
    _told, send = decide(signed_in(cast.bo), subject)
    assert send().status_code == 302
    assert Decision.objects.count() == 1


def test_whoever_opens_the_form_late_is_asked_once_before_they_type(cast):
    subject = cast.proposed()
    client = signed_in(cast.bo)
    long_ago(client)
    asked = client.get(step_url(subject, "decide"))
    assert asked.url.startswith("/confirm-identity/?next=")
    assert IS_KEPT not in words(client.get(asked.url))
    assert client.post(asked.url, {"password": PASSWORD}).url == step_url(
        subject, "decide"
    )
    assert decide(client, subject)[1]().status_code == 302
    assert Decision.objects.count() == 1
    assert LedgerEntry.objects.filter(event="user.identity_confirmed").count() == 1


def test_whoever_sends_the_form_late_gets_back_what_they_typed(cast):
    subject = cast.proposed()
    client = signed_in(cast.bo)
    _told, send = decide(client, subject)
    long_ago(client)
    asked = send()
    assert not Decision.objects.exists()
    assert IS_KEPT in words(client.get(asked.url))
    wrong = client.post(asked.url, {"password": "x"})
    assert wrong.status_code == 200 and "Fel lösenord" in words(wrong)
    back = client.post(asked.url, {"password": PASSWORD}).url
    assert back == step_url(subject, "decide") + "?draft=1"
    form = client.get(back).context["form"]
    assert form["no_conflict"].value()
    assert send().status_code == 302
    assert Decision.objects.count() == 1


def test_guessing_the_password_is_braked_as_at_sign_in(cast):
    client = signed_in(cast.bo)
    for _number in range(5):
        client.post("/confirm-identity/", {"password": "x"})
    answer = client.post("/confirm-identity/", {"password": PASSWORD})
    assert "För många försök" in words(answer)
    tries = LedgerEntry.objects.filter(event="user.sign_in_refused")
    assert ["confirmation" in row.detail.body for row in tries] == [True] * 5


@pytest.fixture
def elsewhere(configured, surfer, known):
    """Bo, signed in through the provider a while ago."""
    known("bo")
    configured.tell("oid-bo", "decision_maker")
    assert surfer.sign_in().url == "/"
    long_ago(surfer.client)
    return surfer


def confirm(surfer, subject):
    asked = surfer.client.get(step_url(subject, "decide"))
    page = surfer.client.get(asked.url)
    assert 'name="password"' not in page.content.decode()
    return surfer.sign_in(page.context["elsewhere"])


def test_the_provider_asks_anew_and_leads_back(cast, elsewhere):
    subject = cast.proposed()
    way = elsewhere.client.get("/sign-in/?again=1").url
    assert "prompt=login" in way and "max_age=0" in way
    assert confirm(elsewhere, subject).url == step_url(subject, "decide")
    assert decide(elsewhere.client, subject)[1]().status_code == 302
    assert Decision.objects.count() == 1


def test_somebody_elses_word_signs_nothing(cast, configured, elsewhere, known):
    known("karin")
    configured.tell("oid-karin", "legal_reviewer")
    elsewhere.elsewhere.cookies.clear()
    subject = cast.proposed()
    assert "Någon annan" in words(confirm(elsewhere, subject))
    assert elsewhere.client.get(step_url(subject, "decide")).status_code == 302


def test_a_provider_that_did_not_ask_anew_is_not_believed(cast, configured, elsewhere):
    before = int(time.time()) - 3600
    configured.tell("oid-bo", "decision_maker", tamper={"auth_time": before})
    subject = cast.proposed()
    assert "uppgav inte" in words(confirm(elsewhere, subject))
    assert elsewhere.client.get(step_url(subject, "decide")).status_code == 302


def test_every_step_that_signs_something_asks_for_it():
    pages = {
        f"{model.__name__}.{name}": page
        for model, its in admin.site._registry.items()
        for name, page in getattr(its, "steps", {}).items()
    }
    signs = {
        name
        for name, page in pages.items()
        if SIGNS.search(inspect.getsource(page.act.function))
    }
    assert signs | ENDS == {name for name, page in pages.items() if page.signs}
    assert len(signs) == 8


# Each page of the workbench, by whether its rows let somebody do or reach something.
POWER = "ContractClient DelegationRule FirstManagers NoticeChannel RoleAssignment User"
NONE = """Absence AccessEvent AccessGrant AccessibilityStatement AccessRequest Alteration ArchiveDelivery Arrival Authority BoardReport
    Breach ClassificationLabel CloudObject CloudSystem Comparison Connection Consultation DataSubjectRequest Delivery
     Deviation DiaryEntry DisclosedDocument DisclosureRequest DisclosureTariff Disposal DisposalDate DisposalRule DisposedCase Drill Freeze IncidentDuty InformationSet Lapse ListedReview LogGap MailRule NoticeLadder ReadingLimit
     ProcessingPaper Provider ProviderLog ProviderProduct Provision Publisher Recertification ReconciliationRule RegisterChange
     ReplayRun RosterGroup RegisterPage RetentionRule RosterPattern SecrecyBranch SecrecyReview Shift ShiftOffer SideDoor StandingAssessment
     StatuteParagraph SubsequentReview SupportTicket TextMask TransparencyReport"""


def test_whatever_gives_or_takes_power_asks_for_it():
    pages = {model.__name__: its for model, its in admin.site._registry.items()}
    assert set(pages) == {*POWER.split(), *NONE.split()}
    asks = {name for name, its in pages.items() if getattr(its, "gives_power", False)}
    assert asks == set(POWER.split())


def test_a_role_is_confirmed_by_whoever_has_just_said_who_they_are(cast):
    row = enter(cast, cast.jonas, "dpo", by=cast.per)
    client, url = signed_in(cast.pia), step_url(row, "confirm")
    long_ago(client)
    for answer in (client.get(url), client.post(url, {"do": "1"})):
        assert answer.url.startswith("/confirm-identity/?next=")
    row.refresh_from_db()
    assert row.confirmed_at is None
    together = f"/waiting-roles/{cast.gsn.pk}/"
    ticked = {"do": "confirm", "rows": [row.pk], f"seen_{row.pk}": row.version}
    answer = client.post(together, ticked)
    assert "Bekräfta vem du är" in words(answer)
    row.refresh_from_db()
    assert row.confirmed_at is None
    client.post("/confirm-identity/", {"password": PASSWORD})
    client.post(together, ticked)
    row.refresh_from_db()
    assert row.confirmed_at is not None


def test_power_is_confirmed_anew_by_whoever_has_just_said_who_they_are(cast):
    recertify(cast.sweeper)
    row = role_of("jonas", "legal_reviewer")
    client = signed_in(cast.pia)
    long_ago(client)
    ticked = {"do": "confirm", "rows": [row.pk], f"seen_{row.pk}": row.version}
    answer = client.post("/recertification/", ticked)
    assert "Bekräfta vem du är" in words(answer)
    client.post("/confirm-identity/", {"password": PASSWORD})
    assert client.post("/recertification/", ticked).status_code == 302
    row.refresh_from_db()
    assert row.settled_by == cast.pia


def test_whoever_adds_a_role_late_sees_what_they_typed_and_the_way(cast):
    client = signed_in(cast.per)
    long_ago(client)
    typed = {"person": cast.jonas.pk, "role": "dpo", "authority": cast.gsn.pk}
    typed |= {"valid_from": "2026-01-01", "reason": "Vikarie för Dora"}
    typed["combined_because"] = "Ingen annan kan."
    answer = client.post("/requests_app/roleassignment/add/", typed)
    assert "Bekräfta vem du är" in words(answer)
    assert "Vikarie för Dora" in answer.content.decode()
    assert not RoleAssignment.objects.filter(person=cast.jonas, role="dpo").exists()
    client.post("/confirm-identity/", {"password": PASSWORD})
    client.post("/requests_app/roleassignment/add/", typed)
    assert RoleAssignment.objects.filter(person=cast.jonas, role="dpo").exists()


def test_taking_access_back_is_signed_by_whoever_has_just_said_who_they_are(cast):
    cast.answered()
    client, url = signed_in(cast.bo), step_url(AccessGrant.objects.get(), "revoke")
    long_ago(client)
    assert client.get(url).url.startswith("/confirm-identity/?next=")
    told = {"reason": "x", "reason_for_recipient": "x", "ground": "security"}
    answer = client.post(url, {**told, "no_conflict": "on", "seen": "0"})
    assert answer.url.startswith("/confirm-identity/?next=")
    assert not Revocation.objects.exists()


@pytest.mark.parametrize("name", REGISTERS)
def test_so_does_a_file_of_what_gives_power(cast, name):
    people = {"roles": cast.per, "people": cast.sam, "delegations": cast.lena}
    keeper = people.get(name) or cast.per
    client = signed_in(keeper)
    long_ago(client)
    url = reverse("admin:table", args=[name])
    if "form" not in (client.get(url).context or {}):
        return
    answer = client.post(url, {"text": "x", "reason": "x", "import": "1"})
    assert ("Bekräfta vem du är" in words(answer)) == (name in people)


def test_it_is_told_what_is_signed_and_of_which_case(cast):
    subject = cast.proposed()
    client = signed_in(cast.bo)
    long_ago(client)
    asked = client.get(step_url(subject, "decide"))
    assert f"Besluta, {subject}" in words(client.get(asked.url)).replace("\xa0", " ")
    # Of what the person may not see nothing is told, nor of what is no step.
    others = signed_in(cast.didrik)
    assert str(subject) not in words(others.get(asked.url))
    for address in ("/", "/nowhere/", "//evil.example/"):
        client.get("/confirm-identity/", {"next": address})
