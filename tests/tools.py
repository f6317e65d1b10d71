"""Programs of others that some tests need, in one table.

From it are made: what a test is skipped for (`pytest.mark.needs("age")`), the line at
the end of a run, the sentence of the README and what CI installs:

    python3 tests/tools.py packages

A test finds only the tools that its mark names. It imports nothing but Python's own:
CI asks it before anything is installed.
"""

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).resolve().parent
GO_MODULES = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog"
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PANGO = "libpango-1.0.so.0"


class Tool(NamedTuple):
    """What a mark calls it, Debian's packages, what it is for; the programs and files
    that must be there; and the fixtures that a test with it names instead of a mark."""

    name: str
    packages: str
    what: str
    programs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        return all(map(_program, self.programs)) and all(map(_there, self.files))


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "browser",
            "chromium fonts-dejavu-core",
            "pages in a browser",
            ("chromium",),
            fixtures=("chromium",),
        ),
        Tool("firefox", "firefox-esr", "notices to a phone", ("firefox-esr",)),
        Tool(
            "node",
            "nodejs npm",
            "providers' specifications, sign-in and generated clients",
            ("node", "npm"),
            (str(TESTS / "node_modules" / ".bin" / "prism"),),
            ("prism", "looker", "oidc_provider", "oidc_providers"),
        ),
        Tool("age", "age", "encrypted backups", ("age", "age-keygen")),
        Tool("xmllint", "libxml2-utils", "archive packages", ("xmllint",)),
        Tool("qpdf", "qpdf", "what lies in a PDF", ("qpdf",)),
        Tool(
            "poppler",
            "poppler-utils",
            "what a PDF shows",
            ("pdftotext", "pdfinfo", "pdfimages", "pdftoppm"),
        ),
        Tool(
            "tesseract",
            "tesseract-ocr tesseract-ocr-swe",
            "text in pictures",
            ("tesseract",),
        ),
        Tool(
            "softhsm",
            "softhsm2",
            "keys in a token",
            ("softhsm2-util",),
            (SOFTHSM,),
            ("in_token",),
        ),
        Tool("dovecot", "dovecot-imapd", "a mailbox", ("dovecot",), (), ("mailbox",)),
        Tool(
            "go",
            "golang-go golang-golang-x-mod-dev",
            "the ledger's proofs",
            ("go",),
            (GO_MODULES,),
        ),
        Tool("promtool", "promtool", "alerts and figures", ("promtool",)),
        Tool(
            "pango",
            "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
            "decisions as PDF",
            (),
            (PANGO,),
            ("laid_out",),
        ),
        Tool("gcc", "gcc libc6-dev", "another moment than now", ("gcc",)),
        Tool("openssl", "openssl", "stamps of time", ("openssl",)),
        Tool("pgbouncer", "pgbouncer", "a pool of connections", ("pgbouncer",)),
        Tool("pgbackrest", "pgbackrest", "a restore to a moment", ("pgbackrest",)),
    )
}
# What others than root may run lies there too.
PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def path(program: str) -> str:
    """Where a program lies, whatever the environment of a test shows."""
    found = _program(program)
    if found is None:
        raise FileNotFoundError(f"{program} is not installed")
    return found


@cache
def _program(name: str) -> str | None:
    return shutil.which(name, path=PATH)


def _there(file: str) -> bool:
    if os.sep in file:
        return Path(file).exists()
    return any(map(Path.exists, (Path(d, file) for d in _library_folders())))


def _library_folders() -> list[str]:
    machine = os.uname().machine
    return [f"/usr/lib/{machine}-linux-gnu", "/usr/lib", "/usr/lib64", "/lib64"]


def packages() -> list[str]:
    """Debian's, for all of them."""
    return [name for tool in TOOLS.values() for name in tool.packages.split()]


def sentence() -> str:
    """For the README."""
    wanted = ", ".join(f"{tool.what} (`{tool.name}`)" for tool in TOOLS.values())
    return f"Tests of what this machine lacks are skipped, and it says so: {wanted}."


def let_find(folder: Path, names: set[str]) -> str:
    """A PATH with all that is installed but tools that are not named. Its folders are
    made in `folder`."""
    mine = [name for tool in names for name in TOOLS[tool].programs]
    others = folder / "others"
    if not others.is_dir():
        _link_all(others)
    if not mine:
        return str(others)
    own = folder / "-".join(sorted(names))
    own.mkdir(exist_ok=True)
    for name in mine:
        if program := _program(name):
            with suppress(FileExistsError):
                (own / name).symlink_to(program)
    return os.pathsep.join((str(own), str(others)))


def _link_all(folder: Path) -> None:
    """By one rename: another process finds all of them, or makes its own."""
    hidden = {name for tool in TOOLS.values() for name in tool.programs}
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent))
    fresh.chmod(0o755)  # programs run as other users find them too
    for program in chain(*map(_programs_in, PATH.split(os.pathsep))):
        if program.name not in hidden:
            with suppress(FileExistsError):  # of an earlier folder
                (fresh / program.name).symlink_to(program)
    try:
        fresh.rename(folder)
    except OSError:  # it is there
        shutil.rmtree(fresh)


def _programs_in(place: str) -> list[Path]:
    """None where it is no folder, or none that this user may read."""
    try:
        found = [Path(place, name) for name in os.listdir(place or os.curdir)]
    except OSError:
        return []
    return [program.absolute() for program in found if os.path.exists(program)]


if __name__ == "__main__" and sys.argv[1:] == ["packages"]:
    print(*packages())
