"""A bare Debian that is booted beside this machine, with its network.

What this machine's own apt and pip need to reach packages is copied into it when it is
made, and stands nowhere else.
"""

import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates"
# This machine's own, which say nothing to another.
NOT_COPIED = (
    "sources.list.d/older-defaults-of-debian.sources",
    "preferences.d/installed-versions",
    # What mmdebstrap has left stands in this machine's own.
    "sources.list.d/0000debian.sources",
)
PATIENCE = 300  # seconds until what hangs is given up


def run(*command, **more):
    return subprocess.run(command, check=True, **more)


class Machine:
    """`network`: a namespace of its own (network.py); without it, this machine's."""

    def __init__(self, root, network=""):
        self.root = Path(root)
        self.network = network
        self.process = None
        self.installed = False

    def make(self):
        """Everything is as after Debian's own installer, and no more."""
        sources = "/etc/apt/sources.list.d/debian.sources"
        run("mmdebstrap", "--variant=apt", f"--include={PACKAGES}",
            *self._apt_options(), "trixie", str(self.root), sources)  # fmt: skip
        shutil.copytree("/etc/apt", self.root / "etc/apt", dirs_exist_ok=True)
        for name in NOT_COPIED:
            (self.root / "etc/apt" / name).unlink(missing_ok=True)
        for name in ("etc/pip.conf", "etc/xdg/pip", "root/.config/pip"):
            self._copy(Path("/") / name)
        self._copy(Path("/usr/local/share/ca-certificates"))
        run("chroot", self.root, "update-ca-certificates", stdout=subprocess.DEVNULL)
        (self.root / "etc/machine-id").write_text("")

    def copy_to(self, root, network):
        """Another one, which has all that this one has; this one is not running."""
        run("cp", "--archive", "--reflink=auto", self.root, root)
        (Path(root) / "etc/machine-id").write_text("")
        return Machine(root, network)

    def _apt_options(self):
        return [f"--aptopt={path}" for path in Path("/etc/apt/apt.conf.d").glob("99*")]

    def _copy(self, path):
        there = self.root / path.relative_to("/")
        if path.is_dir():
            shutil.copytree(path, there, dirs_exist_ok=True)
        elif path.exists():
            shutil.copy(path, there)

    def boot(self):
        log = (self.root.parent / "console.log").open("ab")
        # What one that was killed has left in /run is in nobody's way.
        name = f"{self.root.name}-{secrets.token_hex(4)}"
        network = f"--network-namespace-path=/run/netns/{self.network}"
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM",  # whoever booted it may be killed
             "systemd-nspawn", "--register=no", "--keep-unit", "--quiet", "-b",
             "--resolv-conf=copy-host", "--timezone=off", "--hostname=lockbox-test",
             f"--machine={name}", "-D", self.root,
             *([network] if self.network else [])],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        self.wait_until_up()

    def wait_until_up(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            state = self.sh("systemctl is-system-running", check=False).stdout.strip()
            if state in ("running", "degraded"):
                return
            time.sleep(1)
        raise TimeoutError("the machine does not come up")

    def restart(self):
        """systemd-nspawn ends with its machine; what it boots next is on the disk."""
        self.sh("systemctl reboot", check=False)
        self.process.wait(PATIENCE)
        self.boot()

    def cut_power(self):
        """All of it ends at once."""
        os.kill(int(self._leader()), signal.SIGKILL)
        self.process.wait(PATIENCE)

    def shut_down(self):
        self.sh("systemctl poweroff", check=False)
        self.process.wait(PATIENCE)

    def sh(self, script, check=True, typed=""):
        """As root in it. Fails on the first command that does. `typed`: what somebody
        types meanwhile."""
        leader = self._leader()
        if leader is None:
            return subprocess.CompletedProcess(script, 1, "", "not there")
        own = {name: text for name, text in os.environ.items() if name[:4] == "PIP_"}
        done = subprocess.run(
            ["nsenter", f"--target={leader}", "--mount", "--uts", "--ipc", "--pid", "--net",
             "--root", "--wdns=/root", "/bin/bash", "-euo", "pipefail", "-c", script],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin",
                 "HOME": "/root", "LC_ALL": "C.UTF-8",
                 "DEBIAN_FRONTEND": "noninteractive", **own},
            capture_output=True, text=True, input=typed,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"{script}\n{done.stdout}\n{done.stderr}")
        return done

    def _leader(self):
        """The first process in it, a child of systemd-nspawn."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = path.read_text().split() if path.exists() else []
        return children[0] if children else None

    def remove(self):
        if self.process is not None and self.process.poll() is None:
            self.sh("systemctl poweroff", check=False)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.root, ignore_errors=True)
