"""No step swallows an error of the database: it would be told as done."""

import ast

from tests.house.files import STEPS
from tests.house.for_each import for_each

# What is drawn up waits for the next round, and is logged.
LOGGED = ("cases/review/steps/decision.py", "draw_up")
# Errors that say that the database, and not what was typed, is at fault; or any.
FAULTS = {
    *("BaseException", "Exception", "Error", "DatabaseError", "OperationalError"),
    *("InterfaceError", "InternalError", "TransactionManagementError", ""),
}


def caught(handler):
    kinds = handler.type
    parts = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
    return {ast.unparse(part).rpartition(".")[2] if part else "" for part in parts}


def goes_on(handler):
    """Does it let whoever called believe that nothing was wrong?"""
    return not any(isinstance(node, ast.Raise) for node in handler.body)


@for_each(STEPS)
def test_no_step_swallows_an_error_of_the_database(path):
    tree = ast.parse(path.read_text())
    if path.match(LOGGED[0]):
        tree.body = [n for n in tree.body if getattr(n, "name", "") != LOGGED[1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and caught(node) & FAULTS:
            assert not goes_on(node), f"line {node.lineno}"
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            kinds = {ast.unparse(kind).rpartition(".")[2] for kind in node.args}
            assert not kinds & FAULTS, f"line {node.lineno}"
