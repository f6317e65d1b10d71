"""Letters that would have gone: in a place to practise mail is written down beside its
tables, and read on a page of its own."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

TABLE = """
create table practice_mark.letter (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  recipients text not null,
  subject text not null,
  body text not null
);
grant select, insert on practice_mark.letter to lockbox_app;
"""
WRITE = """
insert into practice_mark.letter (recipients, subject, body) values (%s, %s, %s)
"""
NEWEST = """
select at, recipients, subject, body from practice_mark.letter
order by id desc limit 100
"""
MARK = "ÖVNING"


class Letter(NamedTuple):
    at: datetime
    recipients: str
    subject: str
    body: str


class Letters:
    """A backend of mail, as Django calls one: letters are kept, and none is sent."""

    def __init__(self, **_server: Any) -> None:
        pass

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        with connection.cursor() as cursor:
            for message in messages:
                subject = f"{MARK}: {message.subject}"
                cursor.execute(WRITE, [", ".join(message.to), subject, message.body])
        return len(messages)


def letters() -> list[Letter]:
    """The newest first."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        return [Letter(*row) for row in cursor.fetchall()]
