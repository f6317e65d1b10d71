"""The files that the rules of the house are about."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("audit_app", "requests_app", "lockbox_site")
OURS = [
    path
    for name in APPS
    for path in (ROOT / name).rglob("*.py")
    if "migrations" not in path.parts
]
MIGRATIONS = [path for name in APPS for path in (ROOT / name).glob("migrations/0*.py")]
# A field's class, its default and its choices: Django's generated fields can only point
# at them. The choices hold nothing in the database.
FIELD_REFERENCES = {
    "audit_app.history": "audit_app.history.TransactionIdField",
    "requests_app.cases.review.law.tree": "requests_app.cases.review.law.tree.version_now",
    "requests_app.providers.registry": "requests_app.providers.registry.choices",
}
TEMPLATES = list((ROOT / "templates").rglob("*.html"))
TESTS = [
    path
    for path in (ROOT / "tests").rglob("*.py")
    if "node_modules" not in path.relative_to(ROOT).parts
]


def _changes(path: Path) -> bool:
    """Does a module declare a step, or lie among steps? Those of pages and of the API
    are declarations of how a step is reached."""
    if "pages" in path.parts or "api" in path.parts:
        return False
    text = path.read_text()
    among = path.stem == "steps" or path.parent.name == "steps"
    return (
        among or path.stem == "step" or re.search(r"^@step\b", text, re.M) is not None
    )


# What changes anything: the only code that writes a status, and swallows no fault.
STEPS = [path for path in OURS if _changes(path) and "requests_app" in path.parts]
