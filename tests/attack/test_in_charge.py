"""Whoever gives roles or makes accounts, alone, in each of three municipalities of one
installation: none gains, weakens, sees or changes anything beyond their own."""

from tests.attack.machine import run
from tests.attack.test_alone import NEIGHBOURS, Alone, world

__all__ = ["world"]


class InCharge(Alone):
    ATTACKERS = ["per", "pia", "sam", *NEIGHBOURS]


def test_managers_and_administrators_of_each_reach_nothing(world, capsys):
    run(InCharge, capsys, "managers and administrators of three municipalities")
