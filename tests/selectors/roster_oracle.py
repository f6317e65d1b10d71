"""Coverage reckoned minute by minute, in plain Python, from what a roster means: kept
apart from the statement in the database that it is held against."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.helpers.office_hours import is_holiday

ZONE = ZoneInfo("Europe/Stockholm")
# Whoever reads what is in a case without giving a basis.
READERS = {"registrar", "legal_reviewer", "decision_maker", "auditor"}


@dataclass
class Someone:
    is_active: bool = True
    is_reached: bool = True
    signs_in: bool = True
    away: list[tuple[date, date]] = field(default_factory=list)


@dataclass
class Holding:
    person: int
    authority: int
    role: str
    first: date
    last: date | None
    confirmed_at: datetime | None
    given_at: datetime
    usable_until: datetime | None
    ended_at: datetime | None
    suspended_at: datetime | None
    of_branch: bool


@dataclass
class Rule:
    authority: int
    outcomes: tuple[str, ...]
    longest: int | None
    product: int | None
    role: str
    person: int | None
    first: date
    last: date | None
    is_confirmed: bool
    may_subdelegate: bool
    is_head: bool
    parent: int | None


@dataclass
class Roster:
    authorities: tuple[int, ...]
    acts: tuple[str, ...]
    always: bool
    is_active: bool
    # Person, from, until.
    shifts: list[tuple[int, datetime, datetime]]


@dataclass
class World:
    people: list[Someone]
    holdings: list[Holding]
    rules: list[Rule]
    rosters: list[Roster]
    # Product: minutes of access.
    products: dict[int, int]
    own: int
    runs: int

    def holds(self, person: int, authority: int, roles: set[str], at: datetime) -> bool:
        return self.people[person].is_active and any(
            held.suspended_at is None or at < held.suspended_at
            for held in self.held(person, authority, roles, at)
        )

    def held(
        self, person: int, authority: int, roles: set[str], at: datetime
    ) -> list[Holding]:
        """Also from which they are suspended, or which a closed account has."""
        return [
            held
            for held in self.holdings
            if held.person == person
            and held.authority == authority
            and held.role in roles
            and not held.of_branch
            and _is_given(held, at)
        ]

    def may_decide(self, person: int, product: int, outcome: str, at: datetime) -> bool:
        return any(
            rule.authority == self.own
            and outcome in rule.outcomes
            and rule.product in (None, product)
            and (
                outcome == "refused"
                or rule.longest is None
                or rule.longest >= self.products[product]
            )
            and self.in_force(rule, at)
            and (
                self.holds(person, self.own, {rule.role}, at)
                or (rule.person == person and self.holds(person, self.own, READERS, at))
            )
            for rule in self.rules
        )

    def in_force(self, rule: Rule, at: datetime) -> bool:
        if not rule.is_confirmed or not _on(rule.first, rule.last, at):
            return False
        if rule.parent is None:
            return True
        parent = self.rules[rule.parent]
        return (
            parent.is_confirmed
            and parent.may_subdelegate
            and parent.is_head
            and _on(parent.first, parent.last, at)
        )

    def is_away(self, person: int, at: datetime) -> bool:
        return any(_on(*days, at) for days in self.people[person].away)

    def rosters_for(self, authority: int, act: str) -> list[Roster]:
        return [
            roster
            for roster in self.rosters
            if roster.is_active
            and authority in roster.authorities
            and act in roster.acts
        ]

    def is_wanted(self, authority: int, act: str, at: datetime) -> bool:
        rosters = self.rosters_for(authority, act)
        return (
            not rosters
            or any(roster.always for roster in rosters)
            or _is_office_hours(at)
        )

    def is_on_duty(self, person: int, authority: int, act: str, at: datetime) -> bool:
        rosters = self.rosters_for(authority, act)
        return not rosters or any(
            who == person and begins <= at < ends
            for roster in rosters
            for who, begins, ends in roster.shifts
        )

    def acting_as(
        self, act: str, product: int | None, at: datetime
    ) -> tuple[set[int], str | None]:
        """Who may and can act at the moment; and where that is nobody, the first link
        that nobody has."""
        authority = self.runs if act == "execute" else self.own
        duty = "decide" if act in ("grant", "refuse") else act
        everybody = range(len(self.people))
        may = {p for p in everybody if self._may(p, act, product, at)}
        usable = may | {p for p in everybody if self._has_role(p, act, at)}
        has_role = usable | {p for p in everybody if self._was_given(p, act, at)}
        here = {p for p in may if not self.is_away(p, at)}
        reached = {
            p for p in here if self.people[p].is_reached and self.people[p].signs_in
        }
        on_duty = {p for p in reached if self.is_on_duty(p, authority, duty, at)}
        if not self.is_wanted(authority, duty, at):
            return on_duty, None
        for cause, those in (
            ("role", has_role),
            ("suspended", usable),
            ("delegation", may),
            ("away", here),
            ("unreached", reached),
            ("off_duty", on_duty),
        ):
            if not those:
                return on_duty, cause
        return on_duty, None

    def _may(self, person: int, act: str, product: int | None, at: datetime) -> bool:
        if act == "grant":
            return self.may_decide(person, product, "granted", at)
        if act == "refuse":
            return self.may_decide(person, product, "refused", at)
        return self._has_role(person, act, at)

    def _has_role(self, person: int, act: str, at: datetime) -> bool:
        return self.holds(person, *self._by_role(act), at)

    def _was_given(self, person: int, act: str, at: datetime) -> bool:
        return bool(self.held(person, *self._by_role(act), at))

    def _by_role(self, act: str) -> tuple[int, set[str]]:
        roles = {
            "register": {"registrar", "legal_reviewer"},
            "review": {"legal_reviewer"},
            "execute": {"executor"},
        }.get(act, {"decision_maker"})
        return self.runs if act == "execute" else self.own, roles

    def is_alone(self, product: int, at: datetime) -> bool:
        """Four eyes: is one and the same person all there is, for review and decision?"""
        if not all(self.is_wanted(self.own, act, at) for act in ("review", "decide")):
            return False
        reviewers, _cause = self.acting_as("review", None, at)
        return any(
            bool(reviewers) and bool(deciders) and len(reviewers | deciders) == 1
            for deciders, _cause in (
                self.acting_as(act, product, at) for act in ("grant", "refuse")
            )
        )


def _is_given(held: Holding, at: datetime) -> bool:
    by_night = held.usable_until is not None and held.given_at <= at < held.usable_until
    return (
        _on(held.first, held.last, at)
        and (by_night or (held.confirmed_at is not None and held.confirmed_at <= at))
        and (held.ended_at is None or at < held.ended_at)
    )


def _on(first: date, last: date | None, at: datetime) -> bool:
    day = at.astimezone(ZONE).date()
    return first <= day and (last is None or day <= last)


def _is_office_hours(at: datetime) -> bool:
    local = at.astimezone(ZONE)
    if is_holiday(local.date()):
        return False
    return time(7) <= local.time() < time(18)


def minutes(begins: datetime, ends: datetime):
    at = begins.astimezone(UTC)
    while at < ends:
        yield at
        at += timedelta(minutes=1)
