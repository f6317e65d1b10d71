"""What shows only in many cases: how long answers took, who always decides with whom,
and which rights nobody has used."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)

from audit_app.models import LedgerEntry
from requests_app.models import Decision, Role, RoleAssignment
from requests_app.permissions.auditing import Audited, name_by, reviews_audited
from requests_app.permissions.visibility import of_reviews, visible_to
from requests_app.selectors.over_time import TOOK, Percentile
from requests_app.words.phrases import label_of

# Fewer decisions together say nothing.
FEWEST = 5
UNUSED = timedelta(days=183)
MOST = 200


class Times(NamedTuple):
    """From arrival to decision at an authority: so many, and what half, nine of ten and
    ninety-nine of a hundred took at most."""

    authority: str
    decisions: int
    half: timedelta
    nine_tenths: timedelta
    nearly_all: timedelta
    longest: timedelta


class Pair(NamedTuple):
    """Who prepared and who decided, how often together, and of how many that each
    prepared and decided."""

    rapporteur: str
    rapporteur_id: int
    decider: str
    decider_id: int
    together: int
    prepared: int
    decided: int

    @property
    def is_always(self) -> bool:
        return self.together in (self.prepared, self.decided)


class UnusedRight(NamedTuple):
    person: str
    person_id: int
    role: Any
    authority: str
    given_at: datetime
    last: datetime | None


def times_by_authority(
    user: Any, since: datetime | None, until: datetime | None
) -> list[Times]:
    """One query."""
    rows = _decisions(user, reviews_audited(user), since, until)
    by_name = rows.values("review__authority__name").annotate(
        decisions=Count("pk"),
        half=Percentile(TOOK),
        nine_tenths=Percentile(TOOK, 0.9),
        nearly_all=Percentile(TOOK, 0.99),
        longest=Max(TOOK),
    )
    names = ("decisions", "half", "nine_tenths", "nearly_all", "longest")
    return [
        Times(*row)
        for row in by_name.order_by("review__authority__name").values_list(
            "review__authority__name", *names
        )
    ]


def pairs(user: Any, since: datetime | None, until: datetime | None) -> list[Pair]:
    """Two people who have often decided together, and one of them with nobody else; by
    what the auditor may see. One query."""
    audited = reviews_audited(user).values("pk")
    rows = _decisions(user, visible_to(user).filter(pk__in=audited), since, until)
    columns = ("rapporteur", "rapporteur_name", "decided_by", "decided_by_name")
    counted = rows.values(*columns).annotate(n=Count("pk")).values_list(*columns, "n")
    together: Counter[tuple[int, int]] = Counter()
    prepared: Counter[int] = Counter()
    decided: Counter[int] = Counter()
    names: dict[int, str] = {}
    for one, one_name, other, other_name, number in counted:
        together[one, other] += number
        prepared[one] += number
        decided[other] += number
        names |= {one: one_name, other: other_name}
    found_pairs = (
        Pair(names[one], one, names[other], other, n, prepared[one], decided[other])
        for (one, other), n in together.most_common()
        if n >= FEWEST
    )
    return [pair for pair in found_pairs if pair.is_always][:MOST]


def _decisions(
    user: Any, reviews: Any, since: datetime | None, until: datetime | None
) -> QuerySet[Decision]:
    time = Q()
    if since:
        time &= Q(decided_at__gte=since)
    if until:
        time &= Q(decided_at__lt=until)
    return Decision.objects.filter(of_reviews(user, "review", reviews), time).order_by()


def unused_rights(audited: Audited, now: datetime) -> list[UnusedRight]:
    """Roles in force that were given before and have not been used since: of deciding
    ones no decision, of others nothing at all that the person did there. The first MOST
    of them and one more; one query."""
    since = now - UNUSED
    here = Q(authority_id=OuterRef("authority"))
    # What an auditor reads of all that there is belongs to no authority.
    auditing = Q(authority_id=None, event__startswith="audit")
    lines = LedgerEntry.objects.filter(here | auditing, actor_id=OuterRef("person"))
    decided = Decision.objects.filter(
        decided_by=OuterRef("person"), review__authority=OuterRef("authority")
    )
    decides = Q(role=Role.DECISION_MAKER)
    unused: Any = decides & ~Exists(decided.filter(decided_at__gte=since))
    unused |= ~decides & ~Exists(lines.filter(at__gte=since))
    rows: Any = RoleAssignment.objects.in_force(now).filter(unused)
    rows = rows.filter(authority__in=audited.authorities, given_at__lt=since)
    instant: Any = DateTimeField()
    last_line = lines.order_by("-at", "-id").values("at")[:1]
    last_decided = decided.order_by("-decided_at").values("decided_at")[:1]
    rows = rows.annotate(
        name=name_by("person"),
        last=Case(
            When(decides, then=Subquery(last_decided, output_field=instant)),
            default=Subquery(last_line, output_field=instant),
        ),
    ).order_by("authority", "role", "name")
    columns = ("name", "person", "role", "authority", "given_at", "last")
    return [
        UnusedRight(
            name, person, label_of(Role, role), audited.authorities[where], *times
        )
        for name, person, role, where, *times in rows.values_list(*columns)[: MOST + 1]
    ]
