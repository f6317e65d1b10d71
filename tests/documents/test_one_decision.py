"""What stands on a decision, whoever reads it."""

import pytest

from audit_app.acting import acting_as
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import case, decision, people
from tests.cast import MAILBOX, SITE
from tests.helpers.cases import NAMED, TERM, decided_under
from tests.helpers.consents import consented
from tests.helpers.two_persons import changed_by_managers

pytestmark = pytest.mark.django_db


def test_the_party_is_the_provider_not_who_employs_the_engineer(cast):
    subject = cast.assessed(employer_entity="Under Ltd")
    cast.propose(subject, outcome="refused")
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    document = document_of(made, full=False)
    assert document.party == "Microsoft"
    assert (
        "avslår Microsofts begäran om åtkomst (åtgärden skulle utföras av Under Ltd)"
        in (document.order)
    )


def test_it_says_to_whom_it_is_sent_where_we_are_and_that_it_is_digital(cast):
    gsn, provider = cast.gsn, cast.m365.product.provider
    gsn.postal_address, gsn.email = "Box 1, 400 10 Exempelstad", "gsn@example.se"
    provider.contact = "registrator@example.com"
    with acting_as(cast.sam):
        gsn.save()
        provider.save()
    document = document_of(decided_under(cast, "granted", "internal"), full=False)
    assert document.sent_to == "Microsoft, registrator@example.com"
    assert document.contact == ("Box 1, 400 10 Exempelstad", "gsn@example.se")
    assert "fattats digitalt" in document.made_digitally


def test_a_grant_reserves_that_it_may_be_revoked_and_instructs_the_processor(cast):
    notes = document_of(decided_under(cast, "granted", "fl_full"), full=False).notes
    assert "kan återkallas" in notes[0] and "37 § andra stycket 1" in notes[0]
    assert "instruktion enligt artikel 28.3 a i dataskyddsförordningen" in notes[1]


def test_where_fl_does_not_apply_its_paragraph_is_not_cited(cast):
    notes = document_of(decided_under(cast, "granted", "internal"), full=False).notes
    assert "kan återkallas" in notes[0] and "37 §" not in notes[0]


@pytest.mark.parametrize("outcome", ["refused", "dismissed", "struck_off"])
def test_what_grants_nothing_reserves_and_instructs_nothing(cast, outcome):
    assert document_of(decided_under(cast, outcome, "fl_full"), full=True).notes == ()


def test_a_shorter_time_than_asked_for_is_a_refusal_of_the_rest(cast):
    order = document_of(decided_under(cast, "granted", "internal"), full=True).order
    assert "Begäran gäller fyra timmar och avslås i den del som överstiger" in order


def test_a_part_has_one_operative_part(cast):
    made = decided_under(
        cast,
        "partially_granted",
        "internal",
        granted_scope="Objektet 4711.",
        conditions=[ConditionTerm("no_copying", "Inget kopieras.")],
    )
    document = document_of(made, full=True)
    assert document.order == (
        "Grundskolenämnden avslår Microsofts begäran om åtkomst. En"
        " ny begäran som är begränsad till följande kan prövas: Objektet 4711,"
        " under högst två timmar."
    )
    assert document.extent == () and document.conditions == ()
    assert "Inget kopieras." in document.invitation
    number = made.review.access_request.external_id
    assert f"Ni har begärt åtkomst (begäran {number})." in document.invitation


def test_a_part_is_granted_where_the_product_can_be_answered_so(cast):
    changed_by_managers(cast, cast.m365.product, can_answer_partly=True)
    document = document_of(
        decided_under(cast, "partially_granted", "internal"), full=True
    )
    assert document.order.endswith("I övrigt avslås begäran.")
    assert "medger Microsoft åtkomst" in document.order
    assert document.extent and document.notes


def test_several_authorities_decisions_say_what_they_depend_on(cast):
    shared = cast.request(number="2", objects=(MAILBOX, SITE))
    subject = shared.reviews.get(authority=cast.gsn)
    case.register(subject, by=cast.lena, public_subject="Access")
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject)
    subject.refresh_from_db()
    cast.propose(subject)
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    said = "under förutsättning att övriga berörda myndigheter bifaller begäran."
    assert document_of(made, full=False).order.endswith(said)
    alone = decided_under(cast, "granted", "internal")
    assert said not in document_of(alone, full=False).order


def test_what_is_secret_is_marked_with_provision_day_and_authority(cast):
    made = decided_under(cast, "granted", "internal")
    full = document_of(made, full=True)
    assert (
        "23 kap. 2 § första stycket offentlighets- och sekretesslagen" in full.marking
    )
    assert f"{full.made_on:%Y-%m-%d} av Grundskolenämnden" in full.marking


def test_nothing_is_marked_that_no_provision_covers(cast):
    subject = cast.assigned()
    cast.assess(subject, tested=[cast.tested("OSL-23-2-st1", "struck", "None.")])
    subject.refresh_from_db()
    cast.propose(subject)
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    assert document_of(made, full=True).marking == ""


def test_a_delegated_decision_that_is_not_reported_is_its_own_record(cast):
    made = decided_under(cast, "refused", "kl_legality")
    rule = made.delegation_rule
    assert ("särskilda protokollet" in document_of(made, full=True).remark) == (
        not rule.report_to_board
    )
    rule.report_to_board = not rule.report_to_board
    assert ("särskilda protokollet" in document_of(made, full=True).remark) == (
        not rule.report_to_board
    )


def test_a_reservation_names_the_law_but_tells_of_no_consent(cast):
    by_harm = decided_under(cast, "granted_with_reservation", "internal")
    named = document_of(by_harm, full=False).reserved_by
    assert named.startswith("10 kap. 14 § offentlighets- och sekretesslagen")
    subject = cast.assigned(number="2")
    consented(cast, subject, NAMED, reservation="Teknikern får inte berätta.")
    cast.assess(subject, ground="osl-12-2")
    subject.refresh_from_db()
    terms = {"outcome": "granted_with_reservation", "reservations": [TERM]}
    cast.propose(subject, **terms)
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    named = document_of(made, full=False).reserved_by
    assert named == "offentlighets- och sekretesslagen (2009:400)"


def test_who_may_be_nobody_is_told_none_of_our_designations(cast):
    made = decided_under(cast, "dismissed", "fl_full")
    document = document_of(made, full=False)
    assert document.extent == () and document.rules == ()


def test_who_is_to_work_inside_the_eea_is_not_said_to_work_outside(cast):
    subject = cast.assigned(engineer_country="IN", employer_entity="Under Ltd")
    of_another = {"N9.entity": "subcontractor", "N9.transfer": "clauses"}
    cast.assess(subject, answers=of_another)
    inside = ConditionTerm("inside_eea", "Åtgärden utförs från en plats inom EES.")
    cast.propose(subject, conditions=[inside])
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    assert ("Utförs av", "Under Ltd") in document_of(made, full=False).extent


def test_a_reservation_that_a_consent_demands_beside_another_ground_tells_no_more(cast):
    """OSL 12:2 second paragraph: no risk of harm is taken away by it (10:14)."""
    subject = cast.assigned(number="2")
    consented(cast, subject, NAMED, reservation="Teknikern får inte berätta.")
    tested = [
        cast.tested(NAMED, "applies", ground="osl-12-2"),
        cast.tested("OSL-18-8", "applies", ground="osl-10-2a"),
    ]
    cast.assess(subject, tested=tested)
    subject.refresh_from_db()
    terms = {"outcome": "granted_with_reservation", "reservations": [TERM]}
    cast.propose(subject, **terms)
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    assert made.ground == "several"
    named = document_of(made, full=False).reserved_by
    assert named == "offentlighets- och sekretesslagen (2009:400)"
