"""Sealing the ledger each round, and telling people where it can't be."""

from functools import partial
from typing import Any

import httpx
from django.db import DEFAULT_DB_ALIAS

from audit_app import clock
from audit_app.sealing.asking import MOST_BYTES, Silent
from audit_app.sealing.handing_out import hand_out_round
from audit_app.sealing.outside import seen_outside
from audit_app.sealing.receipt import receipt_round
from audit_app.sealing.sealer import seal_round
from audit_app.sealing.stamping import stamp_round
from requests_app.models import Decision, Heartbeat
from requests_app.providers.http.exchange import exchange
from requests_app.providers.protocol import Unreachable

# Seconds for the whole of an exchange with a witness.
LONGEST = 8.0
TIMEOUT = httpx.Timeout(LONGEST, connect=3.0)


def seal_ledger() -> list[str]:
    """Leaves, checkpoint, cosignatures, receipts, ways out, stamp. What hinders is told
    on every page."""
    receipts = partial(receipt_round, Decision._meta.db_table)
    rounds = (partial(seal_round, post), receipts, hand_out_round)
    troubles = [trouble for go_round in rounds for trouble in go_round()]
    troubles += stamp_round(query)
    trouble = " ".join(troubles)[:300]
    beat, _is_new = Heartbeat.objects.get_or_create(
        name=Heartbeat.LEDGER, defaults={"at": clock.now()}
    )
    # The time is that of the last round that had no trouble.
    if not trouble:
        beat.at = clock.now()
    beat.trouble = trouble
    beat.save()
    _mark_outside()
    return [f"ledger: {trouble}"] if trouble else []


def _mark_outside() -> None:
    """For every page: when somebody outside last saw it, or that nobody has."""
    times = [one.at for one in seen_outside(DEFAULT_DB_ALIAS)]
    Heartbeat.objects.update_or_create(
        name=Heartbeat.OUTSIDE,
        defaults={
            "at": max(times, default=clock.now()),
            "trouble": "" if times else "nobody outside has seen it",
        },
    )


def post(url: str, body: bytes) -> tuple[int, str]:
    status, answer = _sent(url, body)
    return status, answer.decode(errors="replace")


def query(url: str, body: bytes) -> tuple[int, bytes]:
    return _sent(url, body, headers={"Content-Type": "application/timestamp-query"})


def _sent(url: str, body: bytes, **more: Any) -> tuple[int, bytes]:
    try:
        reply = exchange(
            "POST",
            url,
            timeout=TIMEOUT,
            longest=LONGEST,
            most_bytes=MOST_BYTES,
            content=body,
            **more,
        )
    except Unreachable as error:
        raise Silent(str(error)) from error
    return reply.status, reply.body
