"""What a page may take, and which pages take more."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.management.base import OutputWrapper

from tests.bench.addresses import FLOOR, PEER

GROWTH = 1.3
OVER_THE_FLOOR = 150  # ms
QUERIES = 12
QUERIES_OF_A_CASE = 30
OF_A_CASE = re.compile(
    r"a case$|(secrecyreview|accessrequest|delivery|accessgrant)_(change|step|who)\b"
)


def say_growth(few: Any, many: Any, stdout: OutputWrapper) -> None:
    """Many beside few, and the peer beside us, of the same run."""
    stdout.write("\nGrowth from few to many, and times the peer at many")
    for who, name, page in _ours(many):
        times = _times_the_peer(many[who], name)
        beside = f"{times:8.1f}" if times else ""
        if before := _before(few, who, name):
            growth = page["median"] / before["median"]
            stdout.write(f"  {who:20} {name:46} {growth:6.2f} {beside}")


def say_beyond(few: Any, many: Any, stdout: OutputWrapper) -> None:
    """How many pages are within each budget, and those that are not."""
    rows = list(_ours(many))
    stdout.write(f"\n{len(rows)} pages, of {len({name for _, name, _ in rows})} kinds")
    beyond: dict[str, list[str]] = {
        f"more than {OVER_THE_FLOOR} ms over the floor": [],
        f"more than {GROWTH} times its time with few": [],
        "more queries than it may": [],
        "reads a whole table, or is not answered": [],
    }
    slow, grown, asking, whole = beyond.values()
    alone = 0
    for who, name, page in rows:
        over = page["median"] - many[who][FLOOR]["median"]
        before = _before(few, who, name)
        growth = page["median"] / before["median"] if before else 0
        alone += before is None
        of_a_case = OF_A_CASE.match(name)
        if over > OVER_THE_FLOOR:
            slow.append(f"{over:6.0f}  {who}: {name}")
        if growth > GROWTH:
            took = before["median"]
            grown.append(f"{growth:6.2f}  {who}: {name}, from {took:.0f} ms")
        if page["queries"] > (QUERIES_OF_A_CASE if of_a_case else QUERIES):
            asking.append(f"{page['queries']:6}  {who}: {name}")
        if page["whole"]:
            whole.append(f"        {who}: {name}, {'; '.join(page['whole'])}")
    stdout.write(f"{alone} of them were not met with few")
    for budget, lines in beyond.items():
        stdout.write(f"\n{len(lines)}: {budget}")
        for line in lines:
            stdout.write(f"  {line}")


def _ours(figures: Any) -> Iterator[tuple[str, str, Any]]:
    for who, pages in figures.items():
        for name, page in pages.items():
            if not name.startswith(PEER):
                yield who, name, page


def _before(few: Any, who: str, name: str) -> Any:
    """With few: anybody's page of the name, where the same person did not meet it; None
    where nobody did."""
    of_anybody = (pages[name] for pages in few.values() if name in pages)
    return few.get(who, {}).get(name) or next(of_anybody, None)


def _times_the_peer(pages: Any, name: str) -> float:
    beside_it = pages.get(f"{PEER}{name}")
    return beside_it["median"] / pages[name]["median"] if beside_it else 0
