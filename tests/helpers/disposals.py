"""Disposal of cases: a rule by two, cases that have come to their date, and a list."""

from datetime import timedelta

from django.db import connection, transaction

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import case
from requests_app.core.two_persons import confirm
from requests_app.records import steps
from requests_app.records.models import Disposal, DisposalRule, DisposedCase
from requests_app.records.steps import end
from requests_app.records.sweep import carry_out
from tests.helpers.archive_deliveries import delivery_of
from tests.helpers.two_persons import proposed
from tests.helpers.worlds import reused

DECISION = "KSN 2026-0117 § 9"


@reused
def disposal_rule(cast, **terms):
    """Karin enters it, Jonas confirms it."""
    usual = {
        "authority": cast.gsn,
        "matter": "access",
        "process_code": "2.3.1",
        "disposal_decision": DECISION,
        "years": 1,
        "valid_from": acting.today(),
    }
    row = DisposalRule(**{**usual, **terms})
    confirm(proposed(row, cast.karin), by=cast.jonas)
    return DisposalRule.objects.latest("pk")


@reused
def closed_case(cast, number="closed", **terms):
    subject = cast.answered("refused", number=number, **terms)
    subject = SecrecyReview.objects.get(pk=subject.pk)
    case.close(subject, by=cast.karin)
    return subject


def years_later(years=2):
    return acting.at(acting.now() + timedelta(days=366 * years + 1))


def list_of(cast):
    """Drawn up by Lena, who answers that all are destroyed."""
    drawn = steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
    items = list(drawn.items.all())
    steps.answer(drawn, by=cast.lena, items=items, answer="destroy")
    return fresh_list(drawn)


def fresh_list(drawn):
    return Disposal.objects.get(pk=drawn.pk)


def confirmed_list(cast):
    drawn = list_of(cast)
    steps.propose(drawn, by=cast.lena)
    steps.confirm(fresh_list(drawn), by=cast.karin)
    return fresh_list(drawn)


def obstacle(item):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select lockbox_item_obstacle(%s)", [item.pk])
        return cursor.fetchone()[0]


def ask(query, values):
    """As the command asks, in the test's own transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select current_setting('role')")
        before = cursor.fetchone()[0]
        # What the test has written is committed, elsewhere.
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
        cursor.execute(
            "select set_config('lockbox.clock', %s, true)", [acting.fixed_instant()]
        )
        cursor.execute("set local role lockbox_disposal")
        cursor.execute(query, values)
        told = cursor.fetchall()
        cursor.execute(f"set role {before}")
        return told


def ended_list(cast):
    """Carried out: its protocol is drawn up."""
    drawn = confirmed_list(cast)
    end(drawn, by=cast.karin, stays=carry_out(drawn, ask))
    return fresh_list(drawn)


@reused
def disposed_case(cast, number="gone"):
    """A case that closed, came to its day and went; and one more that waits."""
    disposal_rule(cast)
    closed_case(cast, number=number)
    with years_later():
        ended_list(cast)
    closed_case(cast, number=f"{number} not yet")
    return DisposedCase.objects.latest("pk")


def receipted_package(cast, *cases):
    """What was delivered to the archive, which has said so."""
    receipt = {"received_by": "Arkivet", "received_at": acting.now()}
    return delivery_of(cast, year=2026, cases=list(cases), **receipt)
