"""A year of requests against roster, ladders and absences as they stand: what would
have lapsed unseen, how long it took, whom it woke, which single change helps most."""

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit_app import acting
from lockbox_site.processes import follow
from lockbox_site.simulated_year import (
    Change,
    Figures,
    Habits,
    Simulation,
    World,
    WrongFile,
    badness,
    changes,
    drawn,
    figures_of,
    with_roster,
    world_of,
)
from requests_app.core.words.texts import span
from requests_app.duty.models.roster import Act

MOST_SHOWN = 10


def share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("a number from 0 to 1")
    return number


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--requests", type=int, default=1_000, help="in the year")
        parser.add_argument("--seed", type=int, default=1, help="the same year again")
        parser.add_argument(
            "--roster", type=Path, help="shifts to try: user name, act, from, until"
        )
        parser.add_argument(
            "--from", dest="begins", metavar="DAY", help="its first day; tomorrow"
        )
        parser.add_argument(
            "--silent", type=share, default=Habits.silent, help="of notices, unnoticed"
        )
        parser.add_argument(
            "--reach-all",
            action="store_true",
            help="as if everybody had told an address, a device and a number",
        )
        parser.add_argument("--svg", type=Path, help="draw it into this file")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["requests"] < 1:
            raise CommandError("--requests is a number, 1 or more.")
        with translation.override(settings.LANGUAGE_CODE):
            self._simulate(options)

    def _simulate(self, options: dict[str, Any]) -> None:
        world = self._world(options)
        habits = Habits(silent=options["silent"])
        number, seed = options["requests"], options["seed"]
        simulation = Simulation(world, seed, habits)
        follow(simulation.run(number), number, _("Requests"), self.stdout)
        figures = figures_of(world, simulation.year)
        self._tell(world, simulation, figures)
        if options["svg"]:
            try:
                options["svg"].write_text(drawn(figures, simulation.year))
            except OSError as error:
                raise CommandError(f"{options['svg']}: {error.strerror}") from error
        variants: list[Change] = []
        whole = changes(world, seed, habits, figures)
        follow(_collected(whole, variants), 5, _("Single changes"), self.stdout)
        self._advise(figures, variants)

    def _world(self, options: dict[str, Any]) -> World:
        begins = _first_day(options["begins"])
        world = world_of(
            begins, begins + timedelta(days=365), all_ways=options["reach_all"]
        )
        if not world.doors:
            raise CommandError(_("No connection in use has objects of any authority."))
        if options["roster"] is None:
            return world
        try:
            with options["roster"].open(newline="") as lines:
                return with_roster(world, lines)
        except (OSError, UnicodeDecodeError, WrongFile) as error:
            raise CommandError(f"{options['roster']}: {error}") from error

    def _tell(self, world: World, simulation: Simulation, figures: Figures) -> None:
        say = self.stdout.write
        say(_("Requests: %(n)s") % {"n": figures.number})
        for name, outage in (
            (_("The mail server is down"), simulation.mail_down),
            (_("The sweep is down"), simulation.sweep_down),
        ):
            begins, ends = (timezone.localtime(at) for at in outage)
            say(f"{name}: {begins:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}")
        say(_("Lapsed unseen: %(n)s") % {"n": len(figures.unseen)})
        say(_("Lapsed in all: %(n)s") % {"n": len(figures.lapsed)})
        for row in figures.lapsed[:MOST_SHOWN]:
            say("  " + _in_words(world, row))
        for name, times in (
            (_("Until somebody took it"), figures.to_seen),
            (_("Until it was decided"), figures.to_decided),
        ):
            parts = ", ".join(
                f"{of} % {span(time)}" for of, time in times.items() if time is not None
            )
            say(f"{name}: {parts}")
        say(_("Notices, and nights woken, a person:"))
        for name, notices in list(figures.notices.items())[:MOST_SHOWN]:
            say(f"  {name}: {notices}, {figures.nights.get(name, 0)}")
        nobody = [world.names[key] for key, ways in world.ways.items() if not ways]
        if nobody:
            names = ", ".join(sorted(nobody)[:MOST_SHOWN])
            say(
                _("Reached by no way: %(n)s (%(names)s)")
                % {"n": len(nobody), "names": names}
            )

    def _advise(self, figures: Figures, variants: list[Change]) -> None:
        self.stdout.write(_("With one single change:"))
        for change in sorted(variants, key=lambda one: badness(one.figures)):
            self.stdout.write(
                _("  %(name)s: %(unseen)s unseen, %(lapsed)s lapsed, 95 %% in %(time)s")
                % {
                    "name": change.name,
                    "unseen": len(change.figures.unseen),
                    "lapsed": len(change.figures.lapsed),
                    "time": span(change.figures.to_decided[95] or timedelta()),
                }
            )
        best = min(variants, key=lambda one: badness(one.figures), default=None)
        if best is not None and badness(best.figures) < badness(figures):
            self.stdout.write(_("What helps most: %(name)s.") % {"name": best.name})
        else:
            self.stdout.write(_("None of them helps."))


def _collected(changes: Iterator[Change], variants: list[Change]) -> Iterator[Change]:
    for change in changes:
        variants.append(change)
        yield change


def _first_day(text: str | None) -> datetime:
    zone = timezone.get_default_timezone()
    if text is None:
        day = timezone.localtime(acting.now()) + timedelta(days=1)
        return day.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone)
    except ValueError as error:
        raise CommandError("--from is a day, such as 2027-01-01.") from error


def _in_words(world: World, row: Any) -> str:
    """What lapsed, what it waited for, and the gap that had been named."""
    case = row.case
    arrives = timezone.localtime(case.arrives)
    text = f"{arrives:%Y-%m-%d %H:%M} {case.door.name}: {Act(case.waits_for).label}"
    gaps = sorted({f"{gap.act}, {gap.cause}" for gap in row.gaps})
    if gaps:
        return (
            text + " – " + _("named beforehand: %(gaps)s") % {"gaps": "; ".join(gaps)}
        )
    return text
