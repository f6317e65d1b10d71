"""What a file has to be before anything is changed: signed, the next release, for this
machine, and room for it."""

import platform
import re
import shutil
import tarfile
from pathlib import Path

from lockbox_upgrade.database import database, psql
from lockbox_upgrade.server import BACKUPS, RELEASES, SETTINGS, Trouble, current, run
from lockbox_upgrade.state import WORK

SIGNERS = SETTINGS / "release-signers"
MEGABYTE = 1024 * 1024


def verified(file: Path) -> Path:
    """A copy of it that nobody changes, by one whose signature this server takes."""
    signature = Path(f"{file}.sig")
    if not file.is_file():
        raise Trouble(f"There is no file {file}.")
    if not signature.is_file():
        raise Trouble(
            f"{signature.name} is missing: fetch it from where {file.name} came from,"
            " and put it beside it. Without a signature nothing is installed."
        )
    if not SIGNERS.is_file():
        raise Trouble(
            f"{SIGNERS} is missing: it names whose releases this server takes"
            " (docs/installation.md, 2)."
        )
    own = WORK / "release.tar.gz"
    shutil.copyfile(file, own)
    shutil.copyfile(signature, f"{own}.sig")
    by = ("-f", SIGNERS, "-s", f"{own}.sig")
    try:
        names = run("ssh-keygen", "-Y", "find-principals", *by)
        signer = ("-I", names.split("\n")[0], "-n", "lockbox-release")
        with own.open("rb") as content:
            run("ssh-keygen", "-Y", "verify", *by, *signer, stdin=content)
    except Trouble:
        raise Trouble(
            f"{signature.name} is not a signature of {file.name} by anybody in"
            f" {SIGNERS}: fetch both anew, and ask the publisher if it stays so."
        ) from None
    return own


def look_at(packed: Path) -> str | None:
    """Its version, or None where it runs already; it is unpacked."""
    shutil.rmtree(WORK / "unpacked", ignore_errors=True)
    try:
        with tarfile.open(packed) as content:
            content.extractall(WORK / "unpacked", filter="data")
    except (tarfile.TarError, OSError) as error:
        raise Trouble(f"The file can't be unpacked: {error}") from None
    tops = [one.name for one in (WORK / "unpacked").iterdir()]
    wheels = list((WORK / "unpacked").glob("*/lockbox-*.whl"))
    if len(tops) != 1 or len(wheels) != 1:
        raise Trouble(
            f"The file holds not one release but {', '.join(sorted(tops))}: take the"
            " file of one."
        )
    version = wheels[0].name.split("-")[1]
    if current() == version:
        print(f"Lockbox {version} runs already.")
        return None
    folder = wheels[0].parent
    is_next(version, (folder / "CHANGELOG.md").read_text("utf-8"))
    fits_the_machine(folder)
    has_room()
    return version


def is_next(version: str, changelog: str) -> None:
    """Newer than the one that runs, and none between them is left out."""
    there = current()
    between = re.findall(r"^## (\d\S*)", changelog, re.MULTILINE)
    order = run(
        *(RELEASES / "current/bin/python", "-c"),
        "import sys; from pip._vendor.packaging.version import Version as V;"
        "print(*sorted(sys.argv[1:], key=V), sep='\\n')",
        *{there, version, *between},
    ).split("\n")
    if order.index(version) < order.index(there):
        raise Trouble(
            f"{version} is older than {there}, which runs here, and does not know its"
            " tables. Back to the release before: lockbox-upgrade --back. Further back:"
            " restore a backup of its time (docs/installation.md, Backup and restore)."
        )
    left_out = order[order.index(there) + 1 : order.index(version)]
    if left_out:
        raise Trouble(
            f"Between {there} and {version} comes {left_out[0]}: upgrade to that first."
        )


def fits_the_machine(folder: Path) -> None:
    own = platform.machine()
    for wheel in folder.glob("wheels/*.whl"):
        place = wheel.stem.split("-")[-1]
        if place != "any" and not place.endswith(own):
            raise Trouble(
                f"{wheel.name} is for another machine than this one ({own}): fetch the"
                " packages on one of its kind (docs/installation.md, 2)."
            )


def has_room() -> None:
    """For another release, a backup and the database once more, with something left."""
    size = int(psql(f"select pg_database_size('{database()}')"))
    needs: dict[int, tuple[Path, int]] = {}
    for place, bytes_needed in (
        (RELEASES, 500 * MEGABYTE),
        (BACKUPS, size // 2),
        (Path(psql("show data_directory")), size + 500 * MEGABYTE),
    ):
        device = place.stat().st_dev
        needs[device] = (place, needs.get(device, (place, 0))[1] + bytes_needed)
    for place, wanted in needs.values():
        free = shutil.disk_usage(place).free
        if free < wanted:
            raise Trouble(
                f"{place} has {free // MEGABYTE} MB free, and an upgrade needs"
                f" {wanted // MEGABYTE}: make room (lockbox-upgrade --forget drops what"
                " an earlier one has left)."
            )
