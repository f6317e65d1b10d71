"""The Azure stand-in by hand, for the demo: docs/demo.md.

python -m tests.standin [--port 8600] [--requests 2]
"""

import argparse
import contextlib
import sys
import threading

from tests.standin.azure import AzureStandIn

# What the demo knows (lockbox_site/demo/azure.py).
SUBSCRIPTION = "demo-standin"
MACHINE = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/"
    "Microsoft.Compute/virtualMachines/p-{:02d}"
)
MACHINES = 3
HELP = """apply             one more request
list              the requests and their statuses
set NUMBER STATUS such as Expired, or Approved: somebody else did
fault WHERE WHAT  WHERE: list, get, decide; WHAT: slow, 429, 500, 400, cut, and for
                  decide also "cut after", "500 after", expired, "other approves"
quit"""


class ByHand:
    """What is typed, one line at a time."""

    def __init__(self, server):
        self.server, self.made = server, 0

    def apply(self):
        self.made += 1
        number = f"AZ-{self.made:03d}"
        machine = MACHINE.format((self.made - 1) % MACHINES + 1)
        words = "Felsöka en virtuell maskin som inte startar (påhittat)"
        self.server.apply(
            number,
            resourceIds=machine,
            justification=words,
            subscriptionId=SUBSCRIPTION,
        )
        return f"{number} waits, for {machine}"

    def list(self):
        rows = self.server.requests.values()
        return "\n".join(f"{row['requestId']}  {row['status']}" for row in rows)

    def set(self, number, status):
        self.server.requests[number]["status"] = status
        return self.list()

    def fault(self, where, *what):
        self.server.faults[where].append(" ".join(what))
        return f"the next {where}: {' '.join(what)}"

    def obey(self, line):
        word, *rest = line.split() or ["help"]
        if word not in ("apply", "list", "set", "fault"):
            return HELP
        try:
            return getattr(self, word)(*rest)
        except (TypeError, KeyError):
            return HELP


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.standin")
    parser.add_argument("--port", type=int, default=8600)
    parser.add_argument("--requests", type=int, default=2)
    options = parser.parse_args()
    with AzureStandIn(port=options.port) as server:
        by_hand = ByHand(server)
        print(f"Azure's stand-in answers at {server.url}\n")
        for _number in range(options.requests):
            print(by_hand.apply())
        print(f"\n{HELP}", flush=True)
        for line in sys.stdin:
            if line.strip() == "quit":
                return
            print(by_hand.obey(line), flush=True)
        if not sys.stdin.isatty():
            threading.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
