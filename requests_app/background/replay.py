"""Trying earlier decisions anew, piece by piece: each piece is its own transaction.

What is read stays as it is: the only rows written are those of the replay.
"""

import time
from collections.abc import Iterator

from django.db import connection
from django.db.models import Max
from django.utils import translation

from audit_app import clock
from audit_app.acting import acting
from audit_app.many import add_unversioned
from requests_app.law.as_decided import AsDecided, catalogue, read_batch, replayable
from requests_app.law.premise import parse
from requests_app.law.replay import difference
from requests_app.models import Provision, ReplayBatch, ReplayedCase, ReplayRun
from requests_app.workflow.machine_accounts import SWEEP, machine_account

BATCH = 100
# Of a round of the sweep, in seconds: the clocks of requests go before a reckoning.
SHARE = 10


def work_off_replays() -> list[str]:
    """Go on with what is ordered, the oldest first, for a part of the round."""
    until = time.monotonic() + SHARE
    lines: list[str] = []
    for run in ReplayRun.objects.exclude(batches__is_last=True).order_by("pk"):
        for _cases in replay(run):
            if time.monotonic() > until:
                return lines
        if run.batches.filter(is_last=True).exists():
            lines.append(f"replay {run.pk}: {run.cases.count()}")
    return lines


def replay(run: ReplayRun) -> Iterator[int]:
    """Go on where it stopped; the number of cases of each piece. Stops where somebody
    else is at it."""
    law = catalogue()
    is_last = False
    while not is_last:
        # In Swedish, whatever the language of whoever ordered: as the cases are.
        with acting(machine_account(SWEEP)), translation.override("sv"):
            if not _alone(run) or run.batches.filter(is_last=True).exists():
                return
            batch = _next_batch(run, law)
        is_last = batch.is_last
        yield batch.cases


def _alone(run: ReplayRun) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('lockbox replay', %s))",
            [run.pk],
        )
        return cursor.fetchone()[0]


def _next_batch(run: ReplayRun, law: dict[int, Provision]) -> ReplayBatch:
    done = run.batches.aggregate(up_to=Max("up_to"))["up_to"] or 0
    rows = replayable(run.since, run.authority_id).filter(pk__gt=done)[:BATCH]
    cases = read_batch(rows, law)
    _write_differences(run, cases, law)
    return ReplayBatch.objects.create(
        run=run,
        up_to=cases[-1].proposal.pk if cases else done + 1,
        cases=len(cases),
        is_last=len(cases) < BATCH,
        done_at=clock.now(),
    )


def _write_differences(
    run: ReplayRun, cases: list[AsDecided], law: dict[int, Provision]
) -> None:
    premise = parse(run.premise)
    outcomes = [(case, difference(case, premise, law)) for case in cases]
    add_unversioned(
        [
            ReplayedCase(
                run=run,
                review_id=case.review.pk,
                proposal=case.proposal,
                result=outcome.result,
                reasons=outcome.reasons,
                access_grant_id=case.running_grant,
            )
            for case, outcome in outcomes
            if outcome is not None
        ]
    )
