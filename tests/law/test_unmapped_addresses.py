"""What nobody has put in the map is tested for what its address and the request tell:
the name in a file is a reason to ask of OSL 21:3, whoever keeps the file."""

import pytest
from django.core.exceptions import ValidationError

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.facts import basis_of
from requests_app.cases.review.law.known import proposed_provisions, suggest_provisions
from requests_app.core.words.texts import WORDS
from requests_app.registers.models.provisions import Provision
from tests.cast import MAILBOX
from tests.helpers.personal_addresses import PERSONAL, unmapped_alone
from tests.helpers.refusals import fresh, refused

SITE = "https://exempelstad.sharepoint.com/sites/{}/Delade dokument/{}"
FILE = SITE.format("socialtjanst", "Anna Svensson Storgatan 5.docx")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (FILE, {"OSL-21-3-st1", "OSL-26-1"}),
        ("anna.svensson@skola.example.se", {"OSL-21-3-st1", "OSL-23-2-st1"}),
        (SITE.format("HR", "rehab 2026.xlsx"), {"OSL-39-2", "OSL-39-3-st3"}),
        (SITE.format("upphandling", "anbud.zip"), {"OSL-19-3-st2"}),
        (SITE.format("skola", "orosanmälan.pdf"), {"OSL-26-5", "OSL-40-7g"}),
        ("/subscriptions/4711/rg/backup-nycklar", {"OSL-18-8"}),
        (SITE.format("v%C3%A5rd", "patientlista.pdf"), {"OSL-25-1"}),
        ("/sites/visselblasning/1.msg", {"OSL-32-3b-st2p1", "OSL-17-3b"}),
    ],
)
def test_an_address_tells_what_is_to_be_tested(address, told):
    assert told | {"OSL-21-7"} <= suggest_provisions([address])


def test_an_address_that_tells_nothing_calls_for_chapter_21_alone():
    """Personal data are taken to be there as long as nobody has said otherwise."""
    assert suggest_provisions(["/subscriptions/4711/rg/vm-01"]) == {"OSL-21-7"}
    assert (
        suggest_provisions([]) == set() == suggest_provisions([], "Anna Svensson, elev")
    )


def test_so_does_what_access_is_asked_for():
    told = suggest_provisions(
        ["/subscriptions/4711/vm-01"], "Fel i elevhälsans journal"
    )
    assert {"OSL-23-2-st1", "OSL-25-1"} <= told


def test_whoever_is_named_in_an_address_may_be_somebody_under_threat():
    named = [
        row for row in PERSONAL if "OSL-21-3-st1" in suggest_provisions([row.address])
    ]
    assert len(named) == len(PERSONAL)


@pytest.mark.django_db
def test_every_word_calls_for_a_provision_that_there_is():
    codes = {code for _stems, called_for in WORDS for code in called_for}
    known = set(Provision.objects.values_list("code", flat=True))
    assert codes <= known


@pytest.mark.django_db
def test_a_grant_waits_until_it_is_tested(cast):
    subject = unmapped_alone(cast, FILE)
    told = {provision.code for provision in proposed_provisions(subject)}
    assert told == {"OSL-21-3-st1", "OSL-21-7", "OSL-26-1"}
    assert {provision.code for provision in basis_of(fresh(subject)).proposed} == told
    cast.assess(subject, tested=[cast.tested("OSL-23-2-st3", "does_not_apply")])
    error = refused(ValidationError, cast.propose, fresh(subject))
    assert "21 kap. 3 §" in str(error) and "26 kap. 1 §" in str(error)
    tested = [cast.tested(code, "struck", "None.") for code in sorted(told)]
    cast.assess(fresh(subject), tested=tested)
    cast.propose(SecrecyReview.objects.get(pk=subject.pk))


@pytest.mark.django_db
def test_what_is_in_the_map_is_tested_for_what_that_says(cast):
    subject = cast.assigned()
    assert "@" in MAILBOX
    told = {row.code for row in basis_of(subject).proposed}
    assert "OSL-21-7" not in told


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
def test_whose_an_object_is_that_the_map_lacks_is_not_said_to_stand_in_it(cast):
    known = basis_of(unmapped_alone(cast, FILE)).proposed_answers
    (ours,) = (row for row in known.values() if row.answer == "ours")
    assert ours.because == "routed here by who received the request"
