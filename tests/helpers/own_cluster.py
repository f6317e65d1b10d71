"""A cluster beside the clone's, with the logins of docs/installation.md."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg

import lockbox_site
from lockbox_site.backup import run
from lockbox_site.postgres.cluster import SUPERUSER, programs, server_user

ROLES = Path(lockbox_site.__file__).parent / "deploy/postgresql/roles.sql"
# What the cluster of a clone has already.
MADE = "create role lockbox_(app|auditor|disposal|owner)|create database"


def address(folder, login):
    return f"postgresql://{login}@/lockbox?host={quote(str(folder), safe='')}"


def make_logins(launch, state):
    """Where the three of the guide, and the superuser, find a cluster of their own."""
    assert launch("start").returncode == 0
    data = next(state.glob("*/data"))
    folder = re.search(r"host=([^&]+)", launch("start").stdout)[1].replace("%2F", "/")
    people = {server_user().pw_name, os.environ.get("USER", ""), "root"} - {""}
    with (data / "pg_ident.conf").open("a") as file:
        for person in sorted(people):
            for login in ("lockbox_web", "lockbox_audit", SUPERUSER):
                file.write(f'lockbox "{person}" {login}\n')
    subprocess.run(
        ["kill", "-HUP", (data / "postmaster.pid").read_text().split("\n")[0]],
        check=True,
    )
    written = re.sub(r":'\w+'", "'word'", ROLES.read_text())
    with psycopg.connect(address(folder, SUPERUSER), autocommit=True) as connection:
        for line in written.splitlines():
            if re.match("create|alter", line) and not re.match(MADE, line):
                connection.execute(line)
    return {
        name: address(folder, login)
        for name, login in (
            ("owner", "lockbox_owner"),
            ("web", "lockbox_web"),
            ("audit", "lockbox_audit"),
            ("super", SUPERUSER),
        )
    }


def copied(logins, file):
    """The world of the test, into the other cluster."""
    run("pg_dump", "--format=custom", f"--file={file}")
    restore = programs(server_user())[0] / "pg_restore"
    command = [restore, "--no-owner", "--exit-on-error", "--dbname", logins["owner"]]
    done = subprocess.run([*command, file], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def asked(url, statement):
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()
