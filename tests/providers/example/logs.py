"""The example's log: pages of acts, by the number of the page."""

from django.utils.dateparse import parse_datetime

from requests_app.providers.application import Event
from requests_app.providers.protocol import LogPage, Missing, Unreachable
from requests_app.providers.reading import Unreadable, instant, pieces, text_of
from tests.providers.example.client import connect as connect_cases


def connect(account):
    return ExampleLog(connect_cases(account))


class ExampleLog:
    def __init__(self, example):
        self.example = example

    def read(self, log, cursor, now):
        number = int(cursor or 0)
        while True:
            reply = self.example._call("GET", f"/log/{number}")
            if reply.status == 404:
                return
            if reply.status != 200:
                raise Unreachable(f"HTTP {reply.status}")
            text = reply.body.decode()
            missing = ()
            if text.startswith("{"):
                since, until = (
                    parse_datetime(row.value) for row in pieces(text, ("missing",))
                )
                missing = (Missing(since, until, "It was not kept."),)
            records = (
                list(pieces(text, ("acts",))) if missing else list(pieces(text, ()))
            )
            number += 1
            yield LogPage(records, str(number), now, missing)


def events(log, external_id, value):
    if not isinstance(value, dict):
        raise Unreadable("It is no object.")
    if value.get("account", external_id) != external_id:
        raise Unreadable("It is of another account.")
    yield Event(
        external_id=text_of(value["id"], "id"),
        happened_at=instant(value["at"], "at"),
        action=text_of(value["command"], "command"),
        object_name=text_of(value.get("log"), "log"),
        act=text_of(value.get("act"), "act"),
        country=text_of(value.get("country"), "country"),
        under=[text_of(value["case"], "case")] if "case" in value else [],
        unasked=text_of(value.get("unasked"), "unasked"),
    )
