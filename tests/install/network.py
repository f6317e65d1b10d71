"""A network of machines beside this one, which this one is on too."""

import subprocess

BRIDGE = "lockbox0"
OURS = "10.0.0.1"
ADDRESSES = {
    "web1": "10.0.0.11",
    "web2": "10.0.0.12",
    "db1": "10.0.0.21",
    "db2": "10.0.0.22",
}


def _ip(*words, check=True):
    subprocess.run(["ip", *words], check=check, capture_output=not check)


def lay():
    """A bridge, and a namespace for each machine by its name."""
    remove()
    _ip("link", "add", BRIDGE, "type", "bridge")
    _ip("address", "add", f"{OURS}/24", "dev", BRIDGE)
    _ip("link", "set", BRIDGE, "up")
    for name, address in ADDRESSES.items():
        _ip("netns", "add", name)
        _ip("link", "add", f"lockbox-{name}", "type", "veth",
            "peer", "name", "host0", "netns", name)  # fmt: skip
        _ip("link", "set", f"lockbox-{name}", "master", BRIDGE, "up")
        _ip("-n", name, "address", "add", f"{address}/24", "dev", "host0")
        for device in ("host0", "lo"):
            _ip("-n", name, "link", "set", device, "up")


def remove():
    for name in ADDRESSES:
        _ip("netns", "delete", name, check=False)
        _ip("link", "delete", f"lockbox-{name}", check=False)
    _ip("link", "delete", BRIDGE, check=False)
