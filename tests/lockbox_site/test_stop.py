"""Ctrl-C is never lost, and interrupts only what may be interrupted."""

import signal

import pytest

from lockbox_site.processes import SIGNALS, Stop


@pytest.fixture
def stop():
    before = {sign: signal.getsignal(sign) for sign in SIGNALS}
    yield Stop()
    for sign, handler in before.items():
        signal.signal(sign, handler)


@pytest.mark.parametrize("sign", SIGNALS)
def test_it_waits_for_the_next_look(stop, sign):
    stop.look()
    signal.raise_signal(sign)
    for _again in range(2):
        with pytest.raises(KeyboardInterrupt):
            stop.look()


def test_what_never_looks_is_broken_off(stop):
    with pytest.raises(KeyboardInterrupt), stop.breaks_off():
        signal.raise_signal(signal.SIGINT)
    # What ends the processes is not, however often somebody presses the keys.
    signal.raise_signal(signal.SIGINT)


class Thrown:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_that_python_drops_is_seen_at_the_next_look(stop):
    with stop.breaks_off():
        Thrown()
    with pytest.raises(KeyboardInterrupt):
        stop.look()
