"""One word for one thing: what stands in docs/ordlista.md, and names that say what a
thing is."""

import ast
import re

from django.apps import apps
from django.utils.functional import Promise

from tests.house.files import APPS, OURS, ROOT
from tests.house.for_each import for_each

# What was done with a thing says nothing of what it is: rows, text, answer, matches.
PARTICIPLES = {"told", "found", "held", "said", "asked", "kept"}
# Named so in the database, in the API's document or in the decision trees.
STORED = {
    "requests_app/api/answers.py": {"told"},
    "requests_app/cases/review/law/tree.py": {"asked"},
    "requests_app/cases/access/models.py": {"told"},
}


def words():
    """What the first column of the list names: of `Role.X` and `name` (`Model`), not
    the model."""
    for line in (ROOT / "docs/ordlista.md").read_text().splitlines():
        column = re.sub(r"\([^)]*\)", "", line.split("|")[1]) if "|" in line else ""
        for quoted in re.findall(r"`([^`]+)`", column):
            yield from re.split(r",\s*", quoted)


def test_every_model_has_its_word_once():
    listed = list(words())
    counts = {
        model.__name__: listed.count(model.__name__)
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in APPS
        and not hasattr(model, "instance_type")
    }
    assert len(counts) > 80
    assert {name: count for name, count in counts.items() if count != 1} == {}


def test_every_model_is_called_something_in_the_readers_language():
    for model in apps.get_models():
        ours = model.__module__.partition(".")[0] in APPS
        if ours and not hasattr(model, "instance_type"):
            for name in ("verbose_name", "verbose_name_plural"):
                assert isinstance(getattr(model._meta, name), Promise), model


def named_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def is_participle(name):
    """Constants, as of an enumeration, may be: a state is one."""
    return name.strip("_").lower() in PARTICIPLES and not name.isupper()


@for_each(OURS)
def test_a_name_says_what_a_thing_is(path):
    allowed = STORED.get(str(path.relative_to(ROOT)), set())
    assert not is_participle(path.stem)
    assert [
        (line, name)
        for line, name in named_in(ast.parse(path.read_text()))
        if is_participle(name) and name not in allowed
    ] == []
