"""A simulated provider as somebody works it: a line typed, a line shown."""

from collections.abc import Callable

from lockbox_site.simulators.faults import FAULTS
from lockbox_site.simulators.server import Simulator

HELP = """apply             one more request
list              the requests and their states
set NUMBER STATE  somebody else did: approved, denied, expired, revoked, any other word
fault WHERE WHAT  the next call of that kind meets trouble. WHERE: list, get, decide or
                  another that is listed as it is called; WHAT:
{faults}
calls             what has been called
quit"""


class ByHand:
    """What is typed, one line at a time."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator, self.made = simulator, 0

    def obey(self, line: str) -> str:
        word, *rest = line.split() or ["help"]
        acts: dict[str, Callable[..., str]] = {
            "apply": self._apply,
            "list": self._list,
            "set": self._set,
            "fault": self._fault,
            "calls": self._calls,
        }
        try:
            return acts[word](*rest)
        except (TypeError, KeyError):
            return help_text()

    def _apply(self) -> str:
        self.made += 1
        return f"{self.simulator.example(self.made)} waits"

    def _list(self) -> str:
        rows = self.simulator.requests
        return "\n".join(f"{number}  {self.simulator.state(number)}" for number in rows)

    def _set(self, number: str, state: str) -> str:
        self.simulator.become(number, state)
        return self._list()

    def _fault(self, where: str, *what: str) -> str:
        fault = " ".join(what)
        # Refused where nobody has heard of it.
        self.simulator.faults[where].append(fault if FAULTS[fault] else "")
        return f"the next {where}: {fault}"

    def _calls(self) -> str:
        return "\n".join(" ".join(call) for call in self.simulator.calls)


def help_text() -> str:
    rows = (f"    {fault:15} {meaning}" for fault, meaning in FAULTS.items())
    return HELP.format(faults="\n".join(rows))
