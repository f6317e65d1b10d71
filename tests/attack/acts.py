"""What can happen to the log of a provider, and to what was granted, in any order."""

import json
from datetime import timedelta

from django.db import transaction
from django.utils.dateparse import parse_datetime

from audit_app import acting
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import revocation
from requests_app.core import two_persons
from requests_app.core.step import WrongState
from requests_app.oversight.models import Deviation, ReconciliationRule
from requests_app.oversight.steps import acts
from requests_app.oversight.steps.acts import file_log, take_in_page
from requests_app.oversight.sweep import compare_acts, in_our_terms
from requests_app.providers.application import Event
from requests_app.providers.protocol import LogPage
from requests_app.providers.reading import Piece, Unreadable
from tests.helpers.extended import machine
from tests.helpers.refusals import fresh
from tests.helpers.two_persons import proposed

OBJECTS = ("", "LOG", "elsewhere")


class Lost(Exception):
    """The machine died before it had written."""


def told(value):
    """One record in our terms, as a provider's module does."""
    if not isinstance(value, dict) or "id" not in value:
        raise Unreadable("It is no record.")
    yield Event(
        external_id=value["id"],
        happened_at=parse_datetime(value["at"]),
        action=value["action"],
        object_name=value["object"],
        country=value["country"],
        under=value["under"],
        unasked=value["unasked"],
    )


class Feed:
    """The log as the provider has it, page by page, and how far it has been read."""

    def __init__(self, cast, world, began):
        self.cast, self.world, self.began = cast, world, began
        self.pages, self.cursor, self.later = [], 0, timedelta(0)
        self.log = file_log(cast.contract, by=cast.intake)
        self.rules = 0

    @property
    def now(self):
        return self.began + self.later

    # -- The provider's side ---------------------------------------------------------

    def page(self, rows):
        self.pages.append([self._value(*row) for row in rows])

    def again(self, turn):
        """Told a second time, the other way round."""
        if self.pages:
            self.pages.append(self.pages[turn % len(self.pages)][::-1])

    def _value(self, number, minutes, object_name, country, under, unasked):
        if number == 0:
            return ["odd", minutes]
        at = self.began + timedelta(minutes=minutes)
        name = self.world["object"] if object_name == "LOG" else object_name
        return {
            "id": f"A-{number}-{minutes}",
            "at": at.isoformat(),
            "action": "read" if minutes % 2 else "write",
            "object": name,
            "country": country,
            "under": [under] if under else [],
            "unasked": unasked,
        }

    def later_by(self, minutes):
        self.later += timedelta(minutes=minutes)

    # -- Our side --------------------------------------------------------------------

    def read(self, dies=False):
        """The next page; where the machine dies nothing of it has been written."""
        if self.cursor >= len(self.pages):
            return
        pieces = [
            Piece(value, json.dumps(value).encode())
            for value in self.pages[self.cursor]
        ]
        try:
            with transaction.atomic():
                self._take_in(pieces)
                if dies:
                    raise Lost
        except Lost:
            return
        self.cursor += 1

    def _take_in(self, pieces):
        records, odd = in_our_terms(pieces, told)
        page = LogPage(pieces, str(self.cursor + 1), self.now)
        position = fresh(self.log).position
        take_in_page(self.log, position, page, records, odd, by=self.cast.intake)

    def compare(self):
        compare_acts(self.cast.sweeper)

    # -- People ----------------------------------------------------------------------

    def open(self):
        self._acknowledge("open")

    def extend(self):
        self._acknowledge("extend")

    def _acknowledge(self, name):
        delivery = fresh(self.world[name])
        if delivery.confirmed_at is None:
            try:
                dialogue.acknowledge(delivery, by=machine(self.cast))
            except WrongState:
                return

    def revoke(self):
        try:
            revocation.revoke(
                fresh(self.world["review"]),
                by=self.cast.bo,
                reason="x",
                reason_for_recipient="x",
                ground="security",
                no_conflict=True,
            )
        except WrongState:
            return

    def take(self, turn):
        row = self._deviation(turn)
        if row is not None and row.owner_id is None:
            acts.take(row, by=self._handler(row))

    def conclude(self, turn):
        row = self._deviation(turn)
        if row is not None and row.owner_id is not None:
            words = {"outcome": "none", "conclusion": "x"}
            acts.conclude(row, by=row.owner, **words)

    def _deviation(self, turn):
        rows = list(Deviation.objects.filter(status="open").order_by("pk"))
        return rows[turn % len(rows)] if rows else None

    def _handler(self, row):
        return self.world["dpos"][row.review.authority_id]

    def rule(self, effect, outcome, country):
        """Set by two, as many as three; more change the last."""
        row = ReconciliationRule.objects.order_by("-pk").first()
        if row is None or self.rules < 3:
            self.rules += 1
            row = ReconciliationRule(
                authority=self.cast.nis, name=f"{self.rules}", reason="x"
            )
        words = {"effect": effect, "outcome": outcome, "country": country}
        first, second = self.world["guards"]
        change = proposed(row, first, **words)
        if change is not None:
            two_persons.confirm(change, by=second)

    def do(self, name, *arguments):
        with acting.at(self.now):
            getattr(self, name)(*arguments)
