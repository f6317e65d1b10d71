"""What somebody wants to be told of by which way; and addresses that take no mail."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import NoticeChoice, NoticeKind, RefusedAddress
from requests_app.models.notice import ALWAYS_TOLD, OWN_WAYS, is_usual

# An address that is refused is tried again after this; each time twice as long.
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(days=1)


def choose_notices(person: Any, chosen: Iterable[str]) -> None:
    """What the person is told of by which way, each as `NoticeChoice.switch` says it:
    in one's own name only. What is always told is not switched off."""
    every = [(way, kind) for way in OWN_WAYS for kind in NoticeKind]
    free = [pair for pair in every if pair not in ALWAYS_TOLD]
    usual = {NoticeChoice.switch(*pair) for pair in free if is_usual(*pair)}
    other = {NoticeChoice.switch(*pair) for pair in free} - usual
    switches = set(chosen)
    with acting(person):
        NoticeChoice.objects.update_or_create(
            person=person,
            defaults={
                "switched_off": sorted(usual - switches),
                "switched_on": sorted(other & switches),
            },
        )


def address_refused(person: Any, answer: str) -> None:
    """The mail server did not take the person's address, and said why."""
    before = RefusedAddress.objects.filter(person=person.pk).first()
    known = before is not None and before.address == person.email
    tries = before.tries + 1 if before is not None and known else 1
    RefusedAddress.objects.update_or_create(
        person=person,
        defaults={
            "address": person.email,
            "tries": tries,
            "refused_at": clock.now(),
            "next_try_at": clock.now() + pause_after(tries),
            "answer": answer[:300],
        },
    )


def pause_after(tries: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)


def address_taken(person: Any) -> None:
    RefusedAddress.objects.filter(person=person.pk).delete()
