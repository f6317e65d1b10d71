"""What the bench of pages says of the pages that take too much."""

from io import StringIO

from tests.bench import budgets


def page(median, queries=5, whole=()):
    return {"median": median, "queries": queries, "whole": list(whole)}


FEW = {"karin": {"floor": page(5), "list": page(40), "a case": page(60)}}
MANY = {
    "karin": {
        "floor": page(5),
        "list": page(80),
        "peer: list": page(4_000, 90, ["Seq Scan reviews"]),
        "a case": page(70, 30),
        "review_step assess": page(156, 31),
        "overview": page(20, 13, ["Seq Scan reviews"]),
    }
}


def printed(say):
    out = StringIO()
    say(FEW, MANY, Lines(out))
    return out.getvalue()


class Lines:
    """As a command's stdout: a line each."""

    def __init__(self, out):
        self.out = out

    def write(self, text):
        self.out.write(f"{text}\n")


def test_a_page_is_held_against_itself_with_few_and_against_the_peer():
    rows = [line.split() for line in printed(budgets.say_growth).splitlines()[2:]]
    assert rows == [
        ["karin", "floor", "1.00"],
        ["karin", "list", "2.00", "50.0"],
        ["karin", "a", "case", "1.17"],
    ]


def test_what_is_beyond_a_budget_is_counted_and_named():
    of, *parts = printed(budgets.say_beyond).strip().split("\n\n")
    kinds = [part.splitlines() for part in parts]
    assert of == "5 pages, of 5 kinds\n2 of them were not met with few"
    assert kinds == [
        [
            "1: more than 150 ms over the floor",
            "     151  karin: review_step assess",
        ],
        [
            "1: more than 1.3 times its time with few",
            "    2.00  karin: list, from 40 ms",
        ],
        [
            "2: more queries than it may",
            "      31  karin: review_step assess",
            "      13  karin: overview",
        ],
        [
            "1: reads a whole table, or is not answered",
            "          karin: overview, Seq Scan reviews",
        ],
    ]
