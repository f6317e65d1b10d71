"""A world of the oracle, written into the database past its guards."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from audit_app.acting import acting_as
from requests_app.core.people.models import (
    Absence,
    Authority,
    RoleAssignment,
    SecrecyBranch,
)
from requests_app.core.step import as_owner, machine_account
from requests_app.duty.models.roster import RosterAuthority, RosterGroup, Shift
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from tests.helpers.engagement import municipality
from tests.selectors.roster_oracle import Holding, Roster, Someone, World
from tests.selectors.roster_worlds import EARLY, OWN, RUNS

TABLES = (
    get_user_model(), Absence, Authority, CloudObject, CloudSystem, Connection,
    DelegationRule, Provider, ProviderProduct, RoleAssignment, RosterAuthority,
    RosterGroup, SecrecyBranch, Shift,
)  # fmt: skip


class Written:
    """A world as rows; the numbers of the world are kept with their keys."""

    def __init__(self, world: World) -> None:
        with as_owner(), connection.cursor() as cursor:
            for table in TABLES:
                name = table._meta.db_table
                cursor.execute(f"alter table {name} disable trigger user")
            self._write(world)

    def _write(self, world: World) -> None:
        system = machine_account("system")
        with acting_as(system):
            self.system = system
            self.authority = {
                number: _made(
                    Authority,
                    code=f"Q{number}",
                    name=f"Q{number}",
                    municipality=municipality(),
                )
                for number in (OWN, RUNS)
            }
            self.product = self._products(world)
            self.person = [self._person(number, who) for number, who in
                           enumerate(world.people)]  # fmt: skip
            for held in world.holdings:
                self._hold(held)
            self._rules(world)
            for number, roster in enumerate(world.rosters):
                self._roster(number, roster)

    def _products(self, world: World) -> dict[int, Any]:
        provider = _made(Provider, name="Q", country="SE", municipality=municipality())
        products = {}
        for number, minutes in world.products.items():
            product = _made(
                ProviderProduct, provider=provider, name=f"Q{number}",
                channel="by_hand", answer_minutes=720, access_minutes=minutes,
                revocation="no",
            )  # fmt: skip
            run = _made(
                Connection, product=product, name=f"Q{number}", external_id="q",
                authority=self.authority[RUNS],
            )  # fmt: skip
            system = _made(CloudSystem, connection=run, name="Q")
            _made(
                CloudObject, system=system, kind="log", designation=f"Q{number}",
                external_id=f"q{number}", authority=self.authority[OWN],
            )  # fmt: skip
            products[number] = product
        return products

    def _person(self, number: int, who: Someone) -> Any:
        person = _made(
            get_user_model(), username=f"q{number}", is_active=who.is_active,
            municipality=municipality(),
            email="q@example.se" if who.is_reached else "",
            password="argon2" if who.signs_in else "!",
        )  # fmt: skip
        for first, last in who.away:
            _made(Absence, person=person, valid_from=first, valid_to=last)
        return person

    def _hold(self, held: Holding) -> None:
        authority = self.authority[held.authority]
        branch = None
        if held.of_branch:
            name = f"{held.person} {held.role}"
            branch = _made(SecrecyBranch, authority=authority, name=name)
        _made(
            RoleAssignment, person=self.person[held.person], role=held.role,
            authority=authority, branch=branch, valid_from=held.first,
            valid_to=held.last, reason="q", given_by=self.system,
            given_at=held.given_at, usable_until=held.usable_until,
            confirmed_at=held.confirmed_at,
            confirmed_by=held.confirmed_at and self._another(held.person),
            ended_at=held.ended_at, ended_by=held.ended_at and self.system,
            suspended_at=held.suspended_at,
            suspended_by=held.suspended_at and self.system,
        )  # fmt: skip

    def _another(self, person: int) -> Any:
        return self.person[person - 1]

    def _rules(self, world: World) -> None:
        made: list[Any] = []
        for number, rule in enumerate(world.rules):
            who = None if rule.person is None else self.person[rule.person]
            made.append(
                _made(
                    DelegationRule,
                    authority=self.authority[rule.authority],
                    item_no=str(number),
                    title="q",
                    outcomes=list(rule.outcomes),
                    max_minutes=rule.longest,
                    product=rule.product and self.product[rule.product],
                    role=rule.role,
                    person=who,
                    valid_from=rule.first,
                    valid_to=rule.last,
                    may_subdelegate=rule.may_subdelegate,
                    is_head=rule.is_head,
                    board_decision="q",
                    made_by=self.system,
                    parent=None if rule.parent is None else made[rule.parent],
                    confirmed_by=self.person[0] if rule.is_confirmed else None,
                    confirmed_at=EARLY if rule.is_confirmed else None,
                )  # fmt: skip
            )

    def _roster(self, number: int, roster: Roster) -> None:
        home, *others = roster.authorities
        group = _made(
            RosterGroup, authority=self.authority[home], name=f"q{number}",
            acts=list(roster.acts), hours="always" if roster.always else "office",
            is_active=roster.is_active,
        )  # fmt: skip
        for other in others:
            _made(RosterAuthority, group=group, authority=self.authority[other])
        for who, begins, ends in roster.shifts:
            _made(
                Shift, group=group, person=self.person[who], begins_at=begins,
                ends_at=ends, source="typed", made_at=EARLY,
            )  # fmt: skip


def _made(model: Any, **values: Any) -> Any:
    """Without history: its triggers are off."""
    row = model(**values)
    row.skip_history_when_saving = True
    row.save_base(raw=True, force_insert=True)
    return row
