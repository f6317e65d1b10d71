"""What is recorded is compared without a pause while `bench many` counts. Nobody tampers
with it: what is found, beside what the bench itself prepared outside, is a false alarm."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connections

from audit_app.models import Disagreement
from audit_app.reconcile import Finding, checks_rounds, everything
from requests_app.core.step import SWEEP, machine_account
from requests_app.oversight.sweep import reconcile


class Comparison:
    """How many rounds there were; each looks at one slice at least."""

    def __init__(self) -> None:
        self.rounds = 0
        self.before = set(everything("default"))

    def account(self) -> str:
        """In a line; all there is has then been read once more."""
        kept = {
            Finding(row.what, row.object_type, row.object_id, row.entry_id)
            for row in Disagreement.objects.all()
        }
        alarms = (kept | set(everything("default"))) - self.before
        turns = self.rounds / len(checks_rounds("default"))
        return (
            f"What is recorded was compared in {self.rounds:,} rounds meanwhile, about"
            f" {turns:,.0f} for each check, and then whole: {len(alarms)} false alarms"
            + "".join(f"\n  {one}" for one in sorted(map(str, alarms)))
        )


@contextmanager
def comparing() -> Iterator[Comparison]:
    """Rounds of their own, beside those of the sweep."""
    done, stop = Comparison(), threading.Event()

    def compare() -> None:
        by = machine_account(SWEEP)
        try:
            while not stop.is_set():
                reconcile(by, seconds=0)
                done.rounds += 1
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        rounds = pool.submit(compare)
        try:
            yield done
        finally:
            stop.set()
        rounds.result()
