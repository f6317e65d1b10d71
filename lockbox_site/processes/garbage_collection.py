"""Python's collector of garbage, for a process that loads much and keeps it."""

import gc

# Objects made and not freed until the youngest are looked through; a page makes some
# tens of thousands, and frees them by itself.
YOUNG = 50_000


def look_seldom() -> None:
    """Before anything is loaded: looking took a fifth of the time of that."""
    gc.set_threshold(YOUNG, 20, 100)


def keep_what_is_loaded() -> None:
    """To look through it, again and again, took an eighth of the time of a page."""
    gc.collect()
    gc.freeze()
