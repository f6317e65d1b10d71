"""Whether what was decided is still delegated, as the rules are now."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from requests_app.models import Decision
from requests_app.models.outcome import Meaning
from requests_app.permissions.delegation import covering, matter_at, rules_in


def delegated_no_more() -> QuerySet[Decision]:
    """Approvals that no rule in force delegates any more to the person or the role they
    were delegated to then. That somebody has left their role since is no matter."""
    to_person = Q(person=OuterRef("delegation_rule__person"))
    to_role = Q(role=OuterRef("delegation_rule__role")) & ~Q(role="")
    rules = rules_in(matter_at("review__")).filter(to_person | to_role)
    minutes = Coalesce(OuterRef("granted_minutes"), 0)
    return Decision.objects.filter(
        ~Exists(covering(rules, OuterRef("outcome"), minutes)),
        delegation_rule__isnull=False,
        answer=Meaning.APPROVE,
    )
