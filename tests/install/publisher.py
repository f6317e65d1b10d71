"""Who publishes releases: signs them, and builds the one that comes after."""

import os
import shutil
import subprocess
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
# The newest release has one migration more, which leaves a trace that is no guard.
MIGRATION = '''"""An index by which one sees that it was here."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("requests_app", "{last}")]
    operations = [
        migrations.RunSQL(
            "create index of_the_next_release on requests_app_heartbeat (at)",
            "drop index of_the_next_release",
        )
    ]
'''


def run(*command, **more):
    return subprocess.run(
        command, check=True, capture_output=True, text=True, **more
    ).stdout.strip()


class Publisher:
    """Its key lies in a folder of its own; `signers` is what it tells everybody."""

    def __init__(self, folder):
        self.key = folder / "key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key))
        public = self.key.with_suffix(".pub").read_text()
        self.signers = f"publisher {public}"

    def prepare(self, machine):
        """What its reader has brought along, in /root: the release and its signature,
        who signs, and the key of the backups."""
        home = machine.root / "root"
        self.hand_out(os.environ["LOCKBOX_RELEASE"], home)
        (home / "release-signers").write_text(self.signers)
        key = home / "backup.key"
        run("age-keygen", "-o", str(key))
        run("age-keygen", "-y", "-o", str(key.with_suffix(".pub")), str(key))

    def hand_out(self, release, place):
        """The release and its signature in a folder; the name."""
        release = Path(release)
        shutil.copy(release, place)
        self.sign(place / release.name)
        return release.name

    def sign(self, file):
        file.with_name(f"{file.name}.sig").unlink(missing_ok=True)
        run("ssh-keygen", "-q", "-Y", "sign", "-f", str(self.key),
            "-n", "lockbox-release", str(file))  # fmt: skip


def next_release(folder):
    """The release of one commit more, built as every other."""
    clone = folder / "clone"
    run("git", "clone", "--quiet", str(CLONE), str(clone))
    run("git", "-C", str(clone), "fetch", "--quiet", "--tags", str(CLONE))
    for tools in (".venv", "tests/node_modules"):
        (clone / tools).symlink_to(CLONE / tools)
    (clone / ".git/info/exclude").write_text(".venv\nnode_modules\n")
    for catalogue in CLONE.glob("*/locale/*/LC_MESSAGES/*.mo"):
        shutil.copy(catalogue, clone / catalogue.relative_to(CLONE))
    migrations = clone / "requests_app" / "migrations"
    last = max(one.stem for one in migrations.glob("[0-9]*.py"))
    name = f"{int(last[:4]) + 1:04}_of_the_next_release.py"
    (migrations / name).write_text(MIGRATION.format(last=last))
    run("git", "-C", str(clone), "add", "--all", "requests_app/migrations")
    run("git", "-C", str(clone), "-c", "user.name=x", "-c", "user.email=x@example.org",
        "commit", "--quiet", "--message", "tests: The next release.")  # fmt: skip
    return clone / run(str(clone / ".ci" / "release")).splitlines()[-1]
