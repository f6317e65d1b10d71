"""A part of what a test would walk: another at each run, drawn by its seed, so that a
run that is repeated walks the same (`make test-all PYTEST_ARGS=--randomly-seed=N`)."""

import random


def drawn(items, most):
    """At most so many of them, in their order."""
    rows = list(items)
    if len(rows) <= most:
        return rows
    return [rows[place] for place in sorted(random.sample(range(len(rows)), most))]
