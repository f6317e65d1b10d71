"""Several processes that work on blocks of bytes, and read them where they lie."""

import ctypes
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import wait
from multiprocessing.sharedctypes import RawArray
from typing import Any

NUMBER = 2
# Blocks that each has before it, and the room for one. Threads are not used: whoever
# reads rows of a database would wait for them at every row.
AHEAD = 3
ROOM = 2 << 20
Work = Callable[[bytes], Any]


class Processes:
    """Used as a context manager."""

    def __init__(self) -> None:
        has_fork = "fork" in multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("fork" if has_fork else "spawn")
        self.slots = [RawArray(ctypes.c_char, ROOM) for _slot in range(AHEAD * NUMBER)]
        self.all, self.ends = [], []
        for _number in range(NUMBER):
            ours, theirs = context.Pipe()
            arguments = (self.slots, theirs)
            self.all.append(context.Process(target=_serve, args=arguments, daemon=True))
            self.ends.append(ours)

    def __enter__(self) -> "Processes":
        for one in self.all:
            one.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for one in self.all:
            one.terminate()
            one.join()

    def each(self, work: Work, blocks: Iterable[bytes]) -> Iterator[Any]:
        """What comes of each, in their order. The blocks are read here, by whose
        connection it is, and no more of them than the processes keep up with."""
        running: deque[Callable[[], Any]] = deque()
        for number, block in enumerate(blocks):
            if len(running) == len(self.slots):
                yield running.popleft()()
            running.append(self._begin(work, block, number))
        while running:
            yield running.popleft()()

    def _begin(self, work: Work, block: bytes, number: int) -> Callable[[], Any]:
        """Returns what gives the answer."""
        if len(block) > ROOM:
            answer = work(block)
            return lambda: answer
        slot, end = number % len(self.slots), self.ends[number % NUMBER]
        ctypes.memmove(self.slots[slot], block, len(block))
        end.send((work, slot, len(block)))
        return lambda: _answer(end.recv())


def _answer(answer: Any) -> Any:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _serve(slots: list[Any], end: Any) -> None:
    """Until there is nobody to work for."""
    parent = multiprocessing.parent_process()
    while parent and parent.sentinel not in wait([end, parent.sentinel]):
        work, slot, size = end.recv()
        try:
            answer = work(ctypes.string_at(slots[slot], size))
        except Exception as error:
            answer = error
        end.send(answer)
