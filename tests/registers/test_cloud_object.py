"""Cloud objects read in."""

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core import two_persons
from requests_app.core.people.models import SecrecyBranch
from requests_app.core.two_persons import changes_to_settle
from requests_app.registers.models.cloud import CloudObject
from requests_app.registers.models.information import InformationSet
from requests_app.registers.steps import bring_in
from requests_app.registers.tables.information import REGISTERS
from tests.cast import MAILBOX
from tests.helpers.people import engage, give, sees
from tests.helpers.tables import OBJECTS
from tests.helpers.two_persons import by_two, listed_set

pytestmark = pytest.mark.django_db


def test_a_set_on_a_named_list_that_is_read_in_waits_and_then_closes_reviews(cast):
    servers = InformationSet.objects.get(name="Servers")
    listed_set(cast, cast.bo, information_set=servers)
    held = CloudObject.objects.get(external_id=MAILBOX)
    row = f"GSN;;M365;;{held.kind};{held.designation};{MAILBOX};Servers\n"
    terms = {"by": cast.per, "register": REGISTERS["objects"], "reason": "x"}
    assert [line.state for line in bring_in(OBJECTS + row, **terms)] == ["waits"]
    assert held.information_links.count() == 1
    two_persons.confirm(changes_to_settle(cast.ines).get(), by=cast.ines)
    assert held.information_links.count() == 2
    subject = cast.new()
    assert sees(cast.bo, subject) and not sees(cast.lena, subject)


def test_a_designation_that_is_taken_is_told_with_whose_it_is(cast):
    row = "GSN;;M365;;mailbox;O-17;another@skola.example;Pupil health\n"
    terms = {"by": cast.per, "register": REGISTERS["objects"], "reason": "x"}
    (line,) = bring_in(OBJECTS + row, **terms)
    assert line.state == "wrong" and f"”O-17” heter redan {MAILBOX}" in str(line.errors)


def test_the_branch_of_another_authority_waits_with_the_authority(cast):
    mia = engage(cast, "mia", "information_owner", cast.gsn)
    give(cast, mia, "information_owner", cast.snc)
    with acting_as(cast.sam):
        branch = SecrecyBranch.objects.create(authority=cast.snc, name="Family law")
    held = CloudObject.objects.get(external_id=MAILBOX)
    taken = CloudObject.objects.filter(authority=cast.gsn).exclude(pk=held.pk).first()
    text = f"SNC;Family law;M365;;{held.kind};{taken.designation};{MAILBOX};\n"
    terms = {"by": mia, "register": REGISTERS["objects"], "reason": "x"}
    assert [line.state for line in bring_in(OBJECTS + text, **terms)] == ["waits"]
    held.refresh_from_db()
    assert (held.authority, held.branch) == (cast.gsn, None)
    change = changes_to_settle(cast.ines).get()
    two_persons.confirm(change, by=cast.ines)
    held.refresh_from_db()
    assert (held.authority, held.branch) == (cast.snc, branch)
    assert held.designation == taken.designation


def test_sets_of_an_object_that_waits_are_brought_or_refused_and_never_lost(cast):
    mia = engage(cast, "mia", "information_owner", cast.gsn)
    give(cast, mia, "information_owner", cast.snc)
    theirs = InformationSet.objects.filter(authority=cast.snc).first()
    held = CloudObject.objects.get(external_id=MAILBOX)
    row = "{};;M365;;{};{};{};{}\n"
    own = (held.kind, held.designation, MAILBOX)
    terms = {"by": mia, "register": REGISTERS["objects"], "reason": "x"}
    (line,) = bring_in(OBJECTS + row.format("SNC", *own, theirs.name), **terms)
    assert line.state == "wrong" and "annan myndighet" in str(line.errors)
    by_two(held, cast.ines, cast.ivar, gone_on=acting.today())
    (line,) = bring_in(OBJECTS + row.format("GSN", *own, "Servers"), **terms)
    assert line.state == "waits"
    assert held.information_links.filter(information_set__name="Servers").exists()
