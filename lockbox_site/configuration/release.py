"""Which release runs, and where its files lie: beside us, or in the wheel in us."""

import shutil
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
IS_INSTALLED = not (PACKAGE.parent / "manage.py").exists()
# Not in a folder `templates` of the package: Django's loader of applications finds that
# too, and a page that extends Django's of the same name would then extend itself.
TEMPLATES = (
    PACKAGE / "collected_templates" if IS_INSTALLED else PACKAGE.parent / "templates"
)
STATIC = PACKAGE / "collected" if IS_INSTALLED else PACKAGE.parent / "static"


@cache
def version() -> str:
    """The tag that the release was built from, such as 0.1.0; in a clone see there."""
    return metadata.version("lockbox") if IS_INSTALLED else of_clone(PACKAGE.parent)


def of_clone(folder: Path) -> str:
    """A clone's version as git tells it: 0.1.0, or 0.1.0-3-g4c7433d three commits
    later, or 4c7433d where there is no tag yet. `unreleased` where git is missing or
    does not answer."""
    git = shutil.which("git")
    if git is None:
        return "unreleased"
    described = subprocess.run(  # noqa: S603 — the system's own
        [git, "-C", folder, "describe", "--tags", "--match", "v[0-9]*", "--always"],
        capture_output=True,
        text=True,
    )
    return described.stdout.strip().removeprefix("v") or "unreleased"
