"""A part of what a test would walk: the same at each run, but for another seed
(`make test PYTEST_ARGS=--seed=7`)."""

import os
import random


def drawn(items, most):
    """At most so many of them, in their order."""
    rows = list(items)
    if len(rows) <= most:
        return rows
    dice = random.Random(os.environ.get("TESTS_SEED", "1"))  # noqa: S311
    return [rows[place] for place in sorted(dice.sample(range(len(rows)), most))]
