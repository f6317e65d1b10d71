"""The image: built of a release and Debian's packages, and its processes at work in
containers that can't write, against a real PostgreSQL.

Takes root, buildah, mmdebstrap, podman and runc, and the ports 5432 and 8000 of this machine: where
the machine lacks one of them it is skipped and says so.
"""

import json
import os
import secrets
import shutil
import subprocess
import tarfile
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.helpers.own_cluster import make_logins
from tests.lockbox_site.conftest import launch, state

__all__ = ["launch", "state"]

pytestmark = pytest.mark.skipif(
    "LOCKBOX_RELEASE" not in os.environ, reason="`make install-test` runs it"
)
TOOLS = ("buildah", "mmdebstrap", "podman", "runc", "age-keygen")
USER = "10001:10001"
ENVIRONMENT = """DATABASE_URL={owner}
APP_DATABASE_URL={web}
AUDITOR_DATABASE_URL={audit}
LOCKBOX_SECRET_KEY={secret}
LOCKBOX_SEALING_KEY=/var/lib/lockbox/sealing.key
LOCKBOX_BACKUP_RECIPIENTS=/var/lib/lockbox/backup.pub
LOCKBOX_HOSTS=lockbox.example.se
LOCKBOX_PROXY=1
LOCKBOX_LEDGER_KEY=/var/lib/lockbox/ledger.key
LOCKBOX_LEDGER_PUBLIC=/var/lib/lockbox/ledger.key.pub
LOCKBOX_LEDGER_FOLDER=/var/lib/lockbox/ledger
"""


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    if missing := [name for name in TOOLS if shutil.which(name) is None]:
        pytest.skip(f"no {', '.join(missing)}: apt-get install them")
    place = tmp_path_factory.mktemp("release")
    with tarfile.open(os.environ["LOCKBOX_RELEASE"]) as release:
        release.extractall(place, filter="data")
    (folder,) = place.iterdir()
    # A container within a container can't set limits of its own.
    options = [f"--aptopt={path}" for path in Path("/etc/apt/apt.conf.d").glob("99*")]
    own = {"BUILDAH_ISOLATION": "chroot", "MMDEBSTRAP_OPTIONS": " ".join(options)}
    run(str(folder / "image" / "build"), env=os.environ | own)
    version = folder.name.removeprefix("lockbox-").replace("+", "_")
    yield f"localhost/lockbox:{version}"
    run("podman", "rmi", "--force", f"localhost/lockbox:{version}")


@pytest.fixture
def addresses(launch, state):
    """The logins, by passwords over TCP: who is in a container is nobody here."""
    logins = make_logins(launch, state)
    with psycopg.connect(logins["super"], autocommit=True) as connection:
        connection.execute("alter system set listen_addresses = '127.0.0.1'")
        for name in ("owner", "web", "audit"):
            connection.execute(f"alter role lockbox_{name} login password 'word'")
    data = next(state.glob("*/data"))
    with (data / "pg_hba.conf").open("a") as file:
        file.write("host all all 127.0.0.1/32 scram-sha-256\n")
    assert launch("stop").returncode == 0
    assert launch("start").returncode == 0
    at = "word@127.0.0.1/lockbox"
    return {name: f"postgresql://lockbox_{name}:{at}" for name in logins}


@pytest.fixture
def container(image, addresses, tmp_path):
    """container(role) starts one; what it writes goes into /var/lib/lockbox alone."""
    var = tmp_path / "var"
    var.mkdir()
    tmp_path.chmod(0o755)
    run("age-keygen", "-o", str(var / "backup.key"))
    run("age-keygen", "-y", "-o", str(var / "backup.pub"), str(var / "backup.key"))
    (var / "sealing.key").write_text(secrets.token_hex(40))
    run("chown", "--recursive", USER, str(var))
    secret = secrets.token_hex(40)
    started = []

    def start(*role, login="web", stays=False):
        owner = addresses[login]
        text = ENVIRONMENT.format(**{**addresses, "owner": owner, "secret": secret})
        (tmp_path / "env").write_text(text)
        name = f"lockbox-{role[0]}-{secrets.token_hex(4)}"
        started.append(name)
        run(
            *("podman", "--runtime", "runc", "run", "--name", name, "--read-only"),
            *("--network", "host", "--tmpfs", "/tmp", "--cap-drop", "all"),  # noqa: S108
            *("--security-opt", "no-new-privileges", "--env-file", tmp_path / "env"),
            *("--volume", f"{var}:/var/lib/lockbox"),
            *(["--detach"] if stays else []),
            *(image, *role),
        )
        return name

    yield start
    subprocess.run(["podman", "rm", "--force", *started], capture_output=True)


def answer(page):
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:8000{page}") as got:
                return json.load(got)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def test_migrate_web_sweep_and_outbox_work_where_nothing_can_be_written(container):
    container("ledger_key", "lockbox.example.se/ledger")
    container("migrate", login="owner")
    staying = [container(role, stays=True) for role in ("sweep", "outbox", "web")]
    web = staying[-1]
    assert answer("/healthz").keys() >= {"database", "sweep", "ledger"}
    refused = subprocess.run(
        ["podman", "exec", web, "sh", "-c", "id --user; touch /opt/x"],
        capture_output=True,
        text=True,
    )
    assert refused.stdout.strip() == "10001" and "Read-only" in refused.stderr
    run("podman", "exec", web, "lockbox-role", "ready")
    for name in staying:
        begun = time.monotonic()
        run("podman", "stop", "--time", "30", name)
        # Told to stop it stops, and is not killed (137).
        code = run("podman", "inspect", name, "--format", "{{.State.ExitCode}}")
        assert code in ("0", "143") and time.monotonic() - begun < 20


@pytest.fixture
def composed(image, addresses, state, launch, tmp_path):
    """The compose file, with folders of the test's in place of the server's; and its
    PostgreSQL, reached from the containers' own network. Runs podman-compose."""
    if shutil.which("podman-compose") is None:
        pytest.skip("no podman-compose: apt-get install it")
    folder = tmp_path / "server"
    settings, kept = folder / "etc/lockbox", folder / "var/lib/lockbox"
    for place in (settings, kept):
        place.mkdir(parents=True)
    tmp_path.chmod(0o755)
    data = next(state.glob("*/data"))
    with (data / "pg_hba.conf").open("a") as file:
        file.write("host all all 10.0.0.0/8 scram-sha-256\n")
    with (data / "postgresql.auto.conf").open("a") as file:
        file.write("listen_addresses = '*'\n")
    assert launch("stop").returncode == 0
    assert launch("start").returncode == 0
    there = {
        name: url.replace("127.0.0.1", "host.containers.internal")
        for name, url in addresses.items()
    }
    run("age-keygen", "-o", str(kept / "backup.key"))
    public = str(settings / "backup.pub")
    run("age-keygen", "-y", "-o", public, str(kept / "backup.key"))
    (kept / "sealing.key").write_text(secrets.token_hex(40))
    secret, key = (
        secrets.token_hex(40),
        "LOCKBOX_LEDGER_KEY=/var/lib/lockbox/ledger.key\n",
    )
    text = ENVIRONMENT.replace(key, "").replace("/var/lib/lockbox/b", "/etc/lockbox/b")
    for name in ("web", "owner"):
        values = {**there, "owner": there[name], "secret": secret}
        (settings / f"{name}.env").write_text(text.format(**values))
    (settings / "ledger.env").write_text(key)
    run("chown", "--recursive", USER, str(folder))
    with tarfile.open(os.environ["LOCKBOX_RELEASE"]) as release:
        (name,) = [one for one in release.getnames() if one.endswith("compose.yaml")]
        compose = release.extractfile(name).read().decode()
    ours = compose.replace("[/etc", f"[{folder}/etc").replace(
        ", /etc", f", {folder}/etc"
    )
    for place in ("/etc/lockbox", "/var/lib/lockbox"):
        ours = ours.replace(f"- {place}", f"- {folder}{place}")
    (tmp_path / "compose.yaml").write_text(ours)
    (tmp_path / "containers.conf").write_text('[engine]\nruntime = "runc"\n')
    own = {
        "CONTAINERS_CONF_OVERRIDE": str(tmp_path / "containers.conf"),
        "LOCKBOX_VERSION": image.partition(":")[2],
        "LOCKBOX_USER": USER,
    }

    def compose_with(*words):
        command = ["podman-compose", "--file", str(tmp_path / "compose.yaml"), *words]
        return run(*command, env=os.environ | own)

    yield compose_with
    compose_with("down")


def test_the_compose_file_starts_them_all(composed):
    composed("run", "--rm", "--no-deps", "sweep", "ledger_key", "lockbox.example.se/l")
    composed("up", "--detach")
    assert answer("/ready")
    assert answer("/healthz").keys() >= {"database", "sweep", "ledger"}
    running = run("podman", "ps", "--format", "{{.Names}}").splitlines()
    for role in ("web", "sweep", "outbox"):
        assert [name for name in running if name.endswith(f"_{role}_1")], running
