"""Try earlier decisions and open proposals anew, as the law is or under a premise.

Changes none of them: what would come out differently is listed on the page of the run.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site.processes import follow, say
from requests_app.cases.access.models import AccessGrant
from requests_app.cases.access.selectors import replayable
from requests_app.core.step import SWEEP, machine_account
from requests_app.oversight.models import ReplayedCase, ReplayRun
from requests_app.oversight.steps import incidents as workflow
from requests_app.oversight.sweep import replay


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            metavar="DATE",
            help="only what was decided on that day or later",
        )
        parser.add_argument(
            "--if",
            dest="premise",
            default="",
            metavar="PREMISE",
            help="such as: tree=2026-2, provisions=2026-01-01, revoked=17, country=US,"
            ' employer="The name"; without it, the law as it is today',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        since = options["since"]
        try:
            run = workflow.order_everywhere(
                by=machine_account(SWEEP), premise=options["premise"], since=since
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        total = replayable(since).count()
        began = time.monotonic()
        follow(_cases(run), total, "Replayed", self.stdout)
        self._tell(run, total, time.monotonic() - began)

    def _tell(self, run: ReplayRun, total: int, seconds: float) -> None:
        ended = AccessGrant.Status.ENDED
        running = run.cases.exclude(access_grant=None).exclude(
            access_grant__status=ended
        )
        for case in running.select_related("review"):
            say(self.stdout, f"RUNNING {case.review}: {case.get_result_display()}")
        counts = Counter(case.result for case in run.cases.only("result"))
        for result, label in ReplayedCase.Result.choices:
            say(self.stdout, f"{counts[result]:>6} {label}")
        pace = total / max(seconds, 0.001)
        say(
            self.stdout,
            f"Run {run.pk}: {total} decisions in {seconds:.1f} s, {pace:.0f} a second",
        )


def _cases(run: ReplayRun) -> Iterator[None]:
    """One by one, as they are done; a piece that the sweep has taken is waited for."""
    while not run.batches.filter(is_last=True).exists():
        for cases in replay(run):
            yield from [None] * cases
        time.sleep(0 if run.batches.filter(is_last=True).exists() else 0.2)
