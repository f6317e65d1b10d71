"""Subsequent reviews: who sees them, and who concludes them."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app.cached_query import cached_query
from requests_app.models import Assignment, Role, SubsequentReview
from requests_app.permissions.delegation import matter_at, rules_for
from requests_app.permissions.deviation import held_where_reviewed
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.visibility import readable_by

# Who decides there, or stands for what others have prepared: where one alone decides,
# a lawyer who has had no part in it looks at it.
SECOND_PERSONS = (Role.DECISION_MAKER, Role.LEGAL_REVIEWER)


@cached_query(role_holder)
def subsequent_reviews_visible_to(user: Any) -> QuerySet[SubsequentReview]:
    """Of the cases that one reads."""
    return SubsequentReview.objects.filter(review__in=readable_by(user).values("pk"))


@cached_query(role_holder)
def subsequent_reviews_to_conclude(user: Any) -> QuerySet[SubsequentReview]:
    """Those of others' decisions, in cases that the person has never worked; the
    database refuses the rest too."""
    worked = Assignment.objects.filter(review=OuterRef("review"), person=user.pk)
    decides = Q(Exists(rules_for(user, matter_at("review__"))))
    rows = subsequent_reviews_visible_to(user).filter(
        held_where_reviewed(user, *SECOND_PERSONS) | decides,
        ~Exists(worked),
        conclusion="",
    )
    part = Q(decision__decided_by=user.pk) | Q(decision__rapporteur=user.pk)
    return rows.exclude(part)


def can_look_again(user: Any, row: SubsequentReview) -> bool:
    return subsequent_reviews_to_conclude(user).filter(pk=row.pk).exists()
