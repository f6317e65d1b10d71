"""Audits of five decided cases, by Agnes."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from requests_app.audit import steps
from requests_app.audit.models import AuditFinding, SavedAudit
from requests_app.audit.steps import TypedAnswer


def decide_five(cast):
    outcomes = ["granted", "refused", "granted", "refused", "granted"]
    return [
        cast.decided(outcome, number=f"EXSR60{n}") for n, outcome in enumerate(outcomes)
    ]


def draw(cast, size=3, by=None, **changes):
    today = timezone.localdate()
    fields = {
        "name": "Spring",
        "authorities": [cast.gsn.pk],
        "decided_from": today - timedelta(days=1),
        "decided_to": today,
        "size": size,
        "seed": "six four one, two five three",
        **changes,
    }
    return steps.draw(by=by or cast.agnes, **fields)[0]


def numbers(audit):
    rows = audit.cases.order_by("position").select_related("review")
    return [row.review.diary_number for row in rows]


def answered(cast, case, seen="", by=None, **answers):
    audit = SavedAudit.objects.get(pk=case.audit_id)
    typed = {name: TypedAnswer(*value) for name, value in answers.items()}
    steps.answer(audit, by=by or cast.agnes, case=case, answers=typed, seen=seen)


def state(case):
    rows = AuditFinding.objects.filter(audit=case.audit_id, review=case.review_id)
    return steps.state_of(rows)


def at(name, *args):
    """The address of a page of audits."""
    return reverse(f"admin:audit_{name}", args=args)
