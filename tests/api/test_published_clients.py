"""The clients that a release holds: made anew the same, whole, and they compile."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from requests_app.api.site import api

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests" / "node_modules" / ".bin"

pytestmark = [
    pytest.mark.long,
    pytest.mark.needs("node"),
]


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folders = [tmp_path_factory.mktemp("clients") for _time in range(2)]
    for folder in folders:
        run(ROOT / ".ci" / "clients", folder)
    return folders


@pytest.fixture(scope="module", autouse=True)
def as_made(made):
    """Before anything of them is run, which writes beside them."""
    return [files(folder) for folder in made]


def operations():
    document = api.served_at("https://lockbox.example.se/", "")
    return [
        call["operationId"]
        for path in document["paths"].values()
        for method, call in path.items()
        if method != "servers"
    ]


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_they_are_the_same_each_time(as_made):
    first, second = as_made
    assert first == second and first
    assert not [name for name in first if "cache" in name]


def test_each_call_is_in_each_of_them(made):
    typescript = (made[0] / "typescript" / "sdk.gen.ts").read_text()
    python = {path.stem for path in (made[0] / "python").rglob("api/default/*.py")}
    postman = (made[0] / "postman.json").read_text()
    document = json.loads((made[0] / "openapi.json").read_text())
    for name in operations():
        first, *rest = name.split("_")
        assert first + "".join(map(str.title, rest)) in typescript, name
        assert name in python, name
    for path in document["paths"].values():
        for method, call in path.items():
            if method != "servers":
                assert json.dumps(call["summary"]) in postman, call["summary"]


def test_typescript_compiles_strictly_and_python_imports(made):
    source = made[0] / "typescript" / "index.ts"
    options = ("--noEmit", "--strict", "--skipLibCheck", "--target", "es2022")
    modules = ("--module", "esnext", "--moduleResolution", "bundler")
    run(TOOLS / "tsc", *options, *modules, "--lib", "es2022,dom,dom.iterable", source)
    words = "import lockbox_contract_api_client.models as m; m.ApplicationIn"
    run(sys.executable, "-c", words, cwd=made[0] / "python")


def test_what_has_a_default_need_not_be_sent(made):
    types = (made[0] / "typescript" / "types.gen.ts").read_text()
    event = types[types.index("export type EventIn = {") :]
    event = event[: event.index("\n};")]
    needed = {
        line.split(":")[0].strip()
        for line in event.splitlines()
        if line.startswith("    ") and ": " in line and "*" not in line.split(":")[0]
    }
    assert {name for name in needed if not name.endswith("?")} == {
        "number",
        "happened_at",
        "action",
    }
