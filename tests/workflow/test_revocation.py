"""Revoking a grant is a decision: by whom, under which rule, why, on paper, reported."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.review.models.afterwards import DecisionDocument, Revocation
from requests_app.cases.review.papers.afterwards import document_of_revocation, last_day
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import revocation
from requests_app.cases.review.steps.afterwards import left_open
from requests_app.cases.review.steps.decision import draw_up_at_once
from requests_app.cases.review.steps.revocation import Haste
from requests_app.core.step import WrongState
from requests_app.disclosure.papers import reports
from requests_app.disclosure.papers.reports import line_of, to_report
from requests_app.disclosure.steps import request
from requests_app.organisation import steps
from tests.helpers.cases import HASTE
from tests.helpers.people import delegate, give
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.two_persons import by_two, changed_by_managers
from tests.helpers.web import offered, page, signed_in, work_of

pytestmark = pytest.mark.django_db
WHY = {
    "ground": "security",
    "reason": "A copy was made of files outside the request",
    "reason_for_recipient": "Förutsättningarna är inte längre uppfyllda.",
    "haste": HASTE,
}


@pytest.fixture
def revoked(cast):
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered()
    revocation.revoke(subject, by=cast.bo, **WHY)
    return fresh(subject)


def test_a_revocation_says_who_decided_it_under_which_rule_and_why(cast, revoked):
    row = Revocation.objects.get()
    assert row.decision == revoked.decisions.get()
    assert (row.decided_by, row.delegation_snapshot["item_no"]) == (cast.bo, "4.7")
    assert row.reason.text == WHY["reason"]
    assert revoked.access_request.revoked_at is not None
    task = Delivery.objects.get(answer="revoke")
    assert WHY["reason_for_recipient"] in task.text.text
    assert WHY["reason"] not in task.text.text


def test_nobody_without_a_rule_revokes_nor_who_has_not_declared(cast):
    subject = cast.answered()
    for person in (cast.karin, cast.lena, cast.dora, cast.didrik):
        refused(PermissionDenied, revocation.revoke, fresh(subject), by=person, **WHY)
    other = cast.jonas
    give(cast, other, "decision_maker")
    refused(ValidationError, revocation.revoke, fresh(subject), by=other, **WHY)
    revocation.revoke(fresh(subject), by=other, no_conflict=True, **WHY)


def test_an_item_that_only_grants_revokes_nothing(cast):
    """It would stop somebody who may only say yes from saying no (KL 6:37)."""
    subject = cast.answered()
    yes, no = (
        delegate(cast, item_no=number, person=person, outcomes=[outcome])
        for number, person, outcome in (
            ("6.1", cast.jonas, "granted"),
            ("6.2", cast.karin, "refused"),
        )
    )
    for rule in (yes, no):
        steps.confirm_delegation(rule, by=cast.bo)
    told = {"no_conflict": True, **WHY}
    refused(PermissionDenied, revocation.revoke, fresh(subject), by=cast.jonas, **told)
    revocation.revoke(fresh(subject), by=cast.karin, **told)


def test_only_access_that_runs_is_revoked_and_only_once(cast, revoked):
    refused(WrongState, revocation.revoke, revoked, by=cast.bo, **WHY)
    decided = cast.decided(number="EXSR2")
    refused(WrongState, revocation.revoke, fresh(decided), by=cast.bo, **WHY)


@pytest.mark.parametrize("field", Haste._fields)
def test_a_decision_in_law_says_why_it_can_not_wait(cast, field):
    """FL 25, 32 and 35: none of it is said that nobody has weighed."""
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    told = {**WHY, "haste": HASTE._replace(**{field: " "})}
    error = refused(
        ValidationError, revocation.revoke, cast.answered(), by=cast.bo, **told
    )
    names = {"interest": "at_once_for", "because": "at_once_because"}
    assert list(error.message_dict) == [names.get(field, field)]


def test_whoever_was_heard_is_not_told_that_nobody_asked(cast):
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    told = {**WHY, "haste": Haste("individual", "Uppgifterna sprids.", "heard")}
    row = revocation.revoke(cast.answered(), by=cast.bo, **told)
    copy = document_of_revocation(row, full=False)
    assert "yttra" not in copy.order
    assert "väsentligt enskilt intresse" in copy.order
    assert "väsentligt enskilt intresse" in copy.left_out


@pytest.mark.parametrize("regime", ["kl_legality", "internal"])
def test_elsewhere_no_ground_of_that_law_is_given(cast, regime):
    if regime != cast.gsn.regime:
        by_two(cast.gsn, cast.per, cast.pia, regime=regime)
    row = revocation.revoke(cast.answered(), by=cast.bo, **WHY)
    copy = document_of_revocation(row, full=False)
    assert (row.at_once_for, row.at_once_because, row.hearing) == ("", None, "")
    assert "§" not in copy.order + copy.left_out
    assert copy.order.endswith("Åtkomsten ska upphöra genast.")


def test_it_is_drawn_up_and_the_recipient_reads_only_what_may_be_shown(cast, revoked):
    row = Revocation.objects.get()
    full, copy = (
        document_of_revocation(row, full=is_full) for is_full in (True, False)
    )
    assert WHY["reason"] in full.closer_reasons and not copy.closer_reasons
    assert WHY["reason"] not in repr(copy) and copy.left_out
    assert "återkallar sitt beslut" in copy.order
    assert "37 § andra stycket 2 förvaltningslagen" in copy.order
    assert "eftersom ett väsentligt allmänt intresse kräver det (35 §" in copy.order
    assert "inte fått yttra er" in copy.order and "25 § andra stycket 3" in copy.order
    assert "väsentligt allmänt intresse kräver att beslutet" in copy.left_out
    assert HASTE.because not in repr(copy)
    assert copy.appeal and "förvaltningsrätten" in copy.appeal.court
    draw_up_at_once(revoked, by=cast.bo)
    drawn = DecisionDocument.objects.filter(revocation=row)
    assert sorted(drawn.values_list("version", flat=True)) == ["full", "recipient"]
    draw_up_at_once(revoked, by=cast.bo)
    assert drawn.count() == 2


def test_the_full_copy_is_the_record_of_one_that_is_open_to_review_of_legality(cast):
    """KL 7:8 and 13:2, as of the decision that it takes back."""
    by_two(cast.gsn, cast.per, cast.pia, regime="kl_legality")
    subject = cast.answered()
    row = revocation.revoke(subject, by=cast.bo, **WHY)
    full, copy = (
        document_of_revocation(row, full=is_full) for is_full in (True, False)
    )
    assert full.remark == document_of(row.decision, full=True).remark
    assert "kan överklagas av kommunmedlem" in full.remark and not copy.remark
    row.delegation_rule.report_to_board = False
    assert "det särskilda protokollet" in document_of_revocation(row, full=True).remark


def test_the_case_shows_it_and_the_registrar_serves_it(cast, revoked):
    html = signed_in(cast.bo).get(page(revoked)).content.decode()
    assert "återkallat" in html and "Bifall" in html
    item = work_of(cast.lena)[str(revoked)]
    assert item.step_url.endswith("/serve-revocation/")
    how = {"way": "email", "recipient": "Microsoft"}
    early = acting.now() - timedelta(days=1)
    serve = revocation.serve_revocation
    refused(
        ValidationError, serve, fresh(revoked), by=cast.lena, served_at=early, **how
    )
    serve(fresh(revoked), by=cast.lena, served_at=acting.now(), **how)
    refused(
        WrongState, serve, fresh(revoked), by=cast.lena, served_at=acting.now(), **how
    )
    made = Revocation.objects.get()
    assert made.served_on == "Microsoft"
    assert last_day(made) >= acting.today() + timedelta(days=21)
    assert "kan överklagas" in " ".join(row.text for row in left_open(fresh(revoked)))


def test_it_is_reported_to_the_board_as_other_delegated_decisions(cast, revoked):
    rows = to_report(cast.gsn, acting.today())
    assert [type(row).__name__ for row in rows] == ["Decision", "Revocation"]
    assert str(line_of(rows[1]).decided_by).startswith("Bo Test")
    this_day = acting.today()
    shown = reports.fingerprint_of_report(rows)
    request.report(by=cast.lena, authority=cast.gsn, meeting_on=this_day, shown=shown)
    assert to_report(cast.gsn, this_day) == []


def test_where_the_product_can_not_be_told_it_is_decided_all_the_same(cast):
    subject = cast.answered()
    product = subject.access_request.connection.product
    changed_by_managers(cast, product, revocation="no")
    revocation.revoke(fresh(subject), by=cast.bo, **WHY)
    assert not Delivery.objects.filter(answer="revoke").exists()
    assert fresh(subject).access_request.revoked_at is not None


def test_the_button_stands_on_the_case_while_access_runs(cast):
    subject = cast.answered()
    assert "revoke" in offered(signed_in(cast.bo), subject)
    assert "revoke" not in offered(signed_in(cast.karin), subject)
    revocation.revoke(fresh(subject), by=cast.bo, **WHY)
    assert "revoke" not in offered(signed_in(cast.bo), fresh(subject))


# -- Around the steps ----------------------------------------------------------------


def forged(cast, subject, **changes):
    decision = subject.decisions.get()
    values = {
        "review": subject,
        "decision": decision,
        "ground": "proviso",
        "reason": decision.motivation_internal,
        "reason_for_recipient": decision.motivation_for_recipient,
        "decided_by": cast.bo,
        "decided_by_name": "Bo Test",
        "decided_at": acting.now(),
        "delegation_rule": decision.delegation_rule,
        "delegation_snapshot": decision.delegation_snapshot,
        "regime": decision.regime,
        **changes,
    }
    return lambda: Revocation.objects.create(**values)


def test_the_database_lets_nobody_else_revoke(cast):
    subject = cast.answered()
    yesterday = acting.now() - timedelta(days=1)
    for match, changes in (
        ("in their own name", {"decided_by": cast.karin}),
        ("in their own name", {"decided_by_name": "Karin Test"}),
        ("dated when", {"decided_at": yesterday}),
        ("not the rule", {"delegation_snapshot": {}}),
        ("regime", {"regime": "kl_legality"}),
    ):
        refuses(match, forged(cast, subject, **changes), cast.bo)
    yes = delegate(cast, outcomes=["granted"])
    steps.confirm_delegation(yes, by=cast.bo)
    signed = {"decided_by": cast.jonas, "decided_by_name": "Jonas Test"}
    item = {"delegation_rule": yes, "delegation_snapshot": yes.snapshot()}
    refuses("does not cover", forged(cast, subject, **signed, **item), cast.jonas)
    sent = cast.decided("refused", number="EXSR2")
    refuses("a grant of the review", forged(cast, sent), cast.bo)


def test_the_database_keeps_a_revocation_and_what_it_takes_back(cast, revoked):
    row = Revocation.objects.get()

    def rewrite():
        row.ground = "untrue"
        row.save()

    refuses("service of a revocation|stays as it was", rewrite, cast.bo)
    refuses("kept|deleted", row.delete, cast.bo)


def test_a_revocation_that_takes_nothing_back_is_not_committed(cast):
    subject = cast.answered()

    def revoke_only():
        forged(cast, subject)()
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")

    refuses("not taken back", revoke_only, cast.bo)


def test_where_the_recipient_reads_all_reasons_none_are_said_to_be_left_out(cast):
    same = {**WHY, "reason_for_recipient": WHY["reason"]}
    row = revocation.revoke(fresh(cast.answered()), by=cast.bo, **same)
    full, copy = (
        document_of_revocation(row, full=is_full) for is_full in (True, False)
    )
    assert not full.closer_reasons and not copy.left_out
