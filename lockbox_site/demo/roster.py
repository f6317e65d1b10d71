"""Who is on duty in the invented city, and whom a request's ladder of notices tells."""

from datetime import time, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model

from audit_app.acting import acting
from lockbox_site.demo import REASON
from lockbox_site.demo.second_person import by_two
from requests_app.models import (
    Act,
    Authority,
    NoticeLadder,
    NoticeWay,
    ProviderProduct,
    RosterAuthority,
    RosterGroup,
    RosterPattern,
)
from requests_app.models.notice import OWN_WAYS
from requests_app.models.notice_rungs import Hours, Rung, Whom, written
from requests_app.models.role import Role
from requests_app.permissions.roles import today
from requests_app.workflow.roster import lay_pattern

SCHOOL, SOCIAL, COUNCIL = ("GSN", "KSN"), ("SNC", "EBO"), "NIS"
EVERY_DAY, MIDNIGHT = list(range(7)), time(0)


class Duty(NamedTuple):
    """A roster of the authority, and who takes turns on it, a week each."""

    name: str
    authority: str
    shared: tuple[str, ...]
    acts: tuple[Act, ...]
    people: tuple[str, ...]


DUTIES = (
    Duty("Registratur", COUNCIL, (*SCHOOL, *SOCIAL), (Act.REGISTER,), ("lena",)),
    Duty("Jurist, skola och stab", COUNCIL, SCHOOL, (Act.REVIEW,), ("karin",)),
    Duty("Jurist, social", "SNC", ("EBO",), (Act.REVIEW,), ("amir", "hanna")),
    Duty("Beslut, skola och stab", COUNCIL, SCHOOL, (Act.DECIDE,), ("birgitta",)),
    Duty("Beslut, social", "SNC", ("EBO",), (Act.DECIDE,), ("omar",)),
    Duty("Drift", COUNCIL, (), (Act.EXECUTE,), ("erik",)),
)
# Of information of a high class: the phones at once, whatever the hour.
URGENT = (
    Rung(0, Whom.ON_DUTY, (NoticeWay.MAIL, NoticeWay.PUSH, NoticeWay.COLLEAGUES)),
    Rung(20, Whom.ON_DUTY, OWN_WAYS, hours=Hours.OTHER),
    Rung(40, Whom.ROLE, OWN_WAYS, role=Role.IT_MANAGER),
    Rung(60, Whom.EVERYBODY, tuple(NoticeWay)),
)
HIGH = 3


def lay(authorities: dict[str, Authority]) -> None:
    """By a manager of the city, from today on."""
    people = {row.username: row for row in get_user_model().objects.all()}
    with acting(people["per"], reason=REASON):
        for duty in DUTIES:
            _lay(duty, authorities, people)
    by_two(
        NoticeLadder(
            authority=authorities[COUNCIL],
            product=ProviderProduct.objects.get(name="Microsoft 365"),
            class_from=HIGH,
            rungs=written(URGENT),
        )
    )


def _lay(duty: Duty, authorities: dict[str, Authority], people: dict[str, Any]) -> None:
    group = RosterGroup.objects.create(
        authority=authorities[duty.authority],
        name=f"{duty.name} (påhittad)",
        acts=list(duty.acts),
    )
    for code in duty.shared:
        RosterAuthority.objects.create(group=group, authority=authorities[code])
    monday = today() - timedelta(days=today().weekday())
    for turn, username in enumerate(duty.people):
        lay_pattern(
            group,
            by=people["per"],
            person=people[username],
            weekdays=EVERY_DAY,
            days=RosterPattern.Days.EVERY,
            begins=MIDNIGHT,
            ends=MIDNIGHT,
            every_weeks=len(duty.people),
            valid_from=monday + timedelta(weeks=turn),
            valid_to=None,
        )
