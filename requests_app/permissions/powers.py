"""What gives power and is confirmed anew within a year, by whom, and when it was last
used: the one list."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    DateTimeField,
    Exists,
    F,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from audit_app import clock
from audit_app.bearer import BearerToken
from audit_app.models import LedgerEntry
from requests_app.models import (
    ContractClient,
    Decision,
    DelegationRule,
    InformationSetPerson,
    NoticeChannel,
    Recertification,
    Role,
    RoleAssignment,
    StandingAssessment,
    StandingReliance,
)
from requests_app.permissions.delegation import CONFIRMERS, delegations_to_confirm
from requests_app.permissions.managers import roles_managed
from requests_app.permissions.municipalities import within_reach
from requests_app.permissions.notice_channel import channels_kept_by
from requests_app.permissions.roles import (
    CLOUD_KEEPERS,
    INFORMATION_KEEPERS,
    MANAGERS,
    authorities_of,
    today,
)
from requests_app.permissions.standing_assessment import (
    STANDING_ASSESSORS,
    standing_assessments_to_confirm,
)
from requests_app.permissions.steps import clients_kept_by

Rows = QuerySet[Any]
NOBODY = Value(None, BigIntegerField())


class Power(NamedTuple):
    """Rows that give power: those that stand; since when each was first confirmed, who
    has it and at which authority; when it was last used; who confirms it anew."""

    standing: Callable[[], Rows]
    since: Any
    holder: Any
    at: Any
    used: Any
    roles: tuple[str, ...]
    confirmable: Callable[[Any], Rows]


def powers() -> dict[type[Model], Power]:
    """By model; each sort of token that there is stands in it by itself."""
    tokens = BearerToken.__subclasses__()
    return {**_POWERS, **{model: _of_token(model) for model in tokens}}


def standing_rows(model: type[Model]) -> Rows:
    """What stands of it, each with `since`, its `holder` and `at` which authority."""
    power = powers()[model]
    return power.standing().annotate(
        since=Greatest(power.since, _last_confirmed(model)),
        holder=power.holder,
        at=power.at,
    )


def _last_confirmed(model: type[Model]) -> Any:
    rows = Recertification.objects.filter(
        row_table=model._meta.db_table,
        row_id=OuterRef("pk"),
        outcome=Recertification.Outcome.CONFIRMED,
    )
    return Subquery(rows.order_by("-settled_at").values("settled_at")[:1])


def is_ended(model: type[Model]) -> Exists:
    """In a query of tokens: has it ended, since nobody confirmed it anew?"""
    rows = Recertification.objects.filter(
        row_table=model._meta.db_table,
        row_id=OuterRef("pk"),
        outcome=Recertification.Outcome.ENDED,
    )
    return Exists(rows)


def _last_line(actor: str, authority: str = "") -> Subquery:
    """When whoever the path names last did something, at the authority."""
    where = {"authority_id": OuterRef(authority)} if authority else {}
    lines = LedgerEntry.objects.filter(actor_id=OuterRef(actor), **where)
    return Subquery(lines.order_by("-at", "-id").values("at")[:1])


def _latest(rows: Rows, path: str, moment: str) -> Subquery:
    mine = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Subquery(mine.annotate(last=Max(moment)).values("last")[:1])


def _roles() -> Rows:
    rows = RoleAssignment.objects.standing().filter(confirmed_at__isnull=False)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=today()))


def _items() -> Rows:
    rows = DelegationRule.objects.filter(confirmed_at__isnull=False)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=today()))


def _named() -> Rows:
    return InformationSetPerson.objects.filter(information_set__is_named_list=True)


def _named_since() -> Subquery:
    """When the name came onto the list."""
    versions = InformationSetPerson.history.filter(id=OuterRef("pk"))
    return Subquery(versions.order_by("history_id").values("history_date")[:1])


def _names_kept_by(user: Any) -> Rows:
    owned = authorities_of(user, *INFORMATION_KEEPERS)
    return InformationSetPerson.objects.filter(information_set__authority__in=owned)


_POWERS: dict[type[Model], Power] = {
    RoleAssignment: Power(
        _roles,
        F("confirmed_at"),
        F("person"),
        F("authority"),
        _last_line("person", "authority"),
        MANAGERS,
        roles_managed,
    ),
    DelegationRule: Power(
        _items,
        F("confirmed_at"),
        F("person"),
        F("authority"),
        _latest(Decision.objects.all(), "delegation_rule", "decided_at"),
        CONFIRMERS,
        delegations_to_confirm,
    ),
    StandingAssessment: Power(
        lambda: StandingAssessment.objects.valid(today()),
        F("confirmed_at"),
        NOBODY,
        F("authority"),
        _latest(
            StandingReliance.objects.all(),
            "standing_assessment",
            "proposal__proposed_at",
        ),
        STANDING_ASSESSORS,
        standing_assessments_to_confirm,
    ),
    InformationSetPerson: Power(
        _named,
        _named_since(),
        F("person"),
        F("information_set__authority"),
        _last_line("person", "information_set__authority"),
        INFORMATION_KEEPERS,
        _names_kept_by,
    ),
    ContractClient: Power(
        lambda: ContractClient.objects.filter(ended_at=None),
        F("secret_made_at"),
        NOBODY,
        F("connection__authority"),
        _last_line("account"),
        CLOUD_KEEPERS,
        clients_kept_by,
    ),
    NoticeChannel: Power(
        lambda: NoticeChannel.objects.filter(ended_at=None),
        F("made_at"),
        NOBODY,
        F("authority"),
        Value(None, DateTimeField()),
        MANAGERS,
        channels_kept_by,
    ),
}


def is_of_a_municipality(model: type[Model]) -> bool:
    return any(field.name == "municipality" for field in model._meta.fields)


def _of_token(model: type[BearerToken]) -> Power:
    """Where somebody answers for it, the managers of their authority confirm it; else
    whoever administers the system."""
    rows = model._default_manager

    def standing() -> Rows:
        return rows.filter(~is_ended(model), ended_at=None)

    if is_of_a_municipality(model):
        admins = (Role.SYSTEM_ADMINISTRATOR,)
        return Power(
            standing,
            F("made_at"),
            NOBODY,
            NOBODY,
            Value(None, DateTimeField()),
            admins,
            lambda user: rows.filter(Q(municipality__in=within_reach(user, *admins))),
        )
    working = RoleAssignment.objects.in_force(clock.now())
    theirs = working.filter(person=OuterRef("person")).order_by("authority")
    at = Coalesce(
        F("authority"),
        Subquery(theirs.values("authority")[:1]),
        output_field=BigIntegerField(),
    )

    def confirmable(user: Any) -> Rows:
        managed = authorities_of(user, *MANAGERS)
        others = rows.annotate(kept_at=at).filter(kept_at__in=managed)
        return others.exclude(**{"person": user.pk})

    return Power(
        standing,
        F("made_at"),
        F("person"),
        at,
        _last_line("person"),
        MANAGERS,
        confirmable,
    )
