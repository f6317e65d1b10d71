"""python -m lockbox_site.postgres start|stop|status|destroy"""

import argparse
import sys

from lockbox_site.postgres import destroy, ensure, is_running, stop
from lockbox_site.postgres.cluster import PostgresUnavailable, state_folder


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lockbox_site.postgres",
        description="The local PostgreSQL cluster of this clone.",
    )
    commands = {"start": _start, "stop": stop, "status": _status, "destroy": destroy}
    parser.add_argument("command", choices=commands)
    try:
        return commands[parser.parse_args().command]() or 0
    except (PostgresUnavailable, OSError) as error:
        print(f"lockbox: {error}", file=sys.stderr)
        return 1


def _start() -> None:
    print(ensure())


def _status() -> int:
    running = is_running()
    print(f"{'running' if running else 'not running'}, in {state_folder()}")
    return 0 if running else 3


if __name__ == "__main__":
    sys.exit(main())
