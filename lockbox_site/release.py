"""Which release runs, and where its files lie: beside us, or in the wheel in us."""

from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
IS_INSTALLED = not (PACKAGE.parent / "manage.py").exists()
TEMPLATES = (PACKAGE if IS_INSTALLED else PACKAGE.parent) / "templates"
STATIC = PACKAGE / "collected" if IS_INSTALLED else PACKAGE.parent / "static"


def version() -> str:
    """The tag that the release was built from, such as 0.1.0; `clone` in a clone."""
    return metadata.version("lockbox") if IS_INSTALLED else "clone"
