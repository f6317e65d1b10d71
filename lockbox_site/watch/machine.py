"""What this machine tells by itself: room on its disks, certificates in files."""

import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.conf import settings

from lockbox_site.watch.finding import Facts, Finding

GIGABYTE = 1024**3
DAY = 24 * 60 * 60
# As long before its end is somebody called: what renews itself has done so by then.
DAYS = 14
ENDS = ("CERTIFICATE", "CERTIFICATE_PATH")


def disk(_facts: Facts) -> Finding:
    """Under a tenth and under 20 GB, or under 1 GB, of any of the folders' disks."""
    figures, is_low = [], False
    for folder in filter(os.path.isdir, settings.WATCHED.folders):
        room = os.statvfs(folder)
        free, whole = room.f_bavail * room.f_frsize, room.f_blocks * room.f_frsize
        is_low |= free < max(GIGABYTE, min(whole / 10, 20 * GIGABYTE))
        figures.append((folder, float(free)))
    return Finding("full" if is_low else "ok", tuple(figures))


def certificates(facts: Facts) -> Finding:
    """The site's, those by which providers know us, and the seal's."""
    figures, unread = [], False
    for path in sorted({*settings.WATCHED.certificates, *_of_providers(), _seal()}):
        if not path:
            continue
        try:
            left = (_ends(path, os.stat(path).st_mtime) - facts.now).total_seconds()
            figures.append((path, left / DAY))
        except (OSError, ValueError):
            unread = True
    days = min((number for _path, number in figures), default=DAYS)
    if unread:
        return Finding("unreadable", tuple(figures))
    state = "ended" if days <= 0 else "ends" if days < DAYS else "ok"
    return Finding(state, tuple(figures))


def _of_providers() -> set[str]:
    return {
        path
        for name, path in os.environ.items()
        if name.startswith(("LOCKBOX_", "AZURE_")) and name.endswith(ENDS) and path
    } - {_seal()}


def _seal() -> str:
    return str(settings.SEAL_CERTIFICATE)


@lru_cache(maxsize=32)
def _ends(path: str, _changed_at: float) -> datetime:
    """When the first certificate of a file ends. Raises OSError or ValueError."""
    body = Path(path).read_bytes()
    if path != _seal():
        return x509.load_pem_x509_certificate(body).not_valid_after_utc
    phrase = settings.SEAL_PASSPHRASE
    word = Path(phrase).read_bytes().strip() if phrase else None
    own = load_pkcs12(body, word).cert
    if own is None:
        raise ValueError("no certificate")
    return own.certificate.not_valid_after_utc
