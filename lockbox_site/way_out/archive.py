"""One file with files in it, encrypted on its way to the disk where it is said for whom
(tar, age)."""

import hashlib
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import CommandError

from audit_app.verifying.whole import SUMS
from lockbox_site.backup.programs import age
from lockbox_site.backup.restore import is_encrypted, key_of


class Archive:
    """What is added gets its digest in SHA256SUMS, which is added last."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.tar = tarfile.open(fileobj=stream, mode="w|")  # noqa: SIM115 — see close
        self.sums: list[str] = []

    def add(self, name: str, blocks: Iterable[bytes]) -> str:
        """Returns the digest. A tar says first how long a file is: what is not written
        yet waits in a file without a name."""
        digest = hashlib.sha256()
        with tempfile.TemporaryFile() as waiting:
            for block in blocks:
                digest.update(block)
                waiting.write(block)
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = waiting.tell(), 0o600
            waiting.seek(0)
            self.tar.addfile(entry, waiting)
        self.sums.append(f"{digest.hexdigest()}  {name}\n")
        return digest.hexdigest()

    def close(self) -> None:
        self.add(SUMS, [line.encode() for line in self.sums])
        self.tar.close()


@contextmanager
def archive_in(path: Path) -> Iterator[Archive]:
    """A new file: whole, or not there. Raises CommandError."""
    if path.exists():
        raise CommandError(f"{path} is there already: it stays as it is.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with _new(unfinished) as file, _sealed(file) as stream:
            archive = Archive(stream)
            yield archive
            archive.close()
        os.link(unfinished, path)  # and never over another
    except OSError as error:
        raise CommandError(f"Nothing was written: {error.strerror}: {path}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _new(path: Path) -> IO[bytes]:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(number, "wb")


@contextmanager
def _sealed(file: IO[bytes]) -> Iterator[IO[bytes]]:
    if not settings.BACKUP_RECIPIENTS:
        yield file
        return
    whom = f"--recipients-file={settings.BACKUP_RECIPIENTS}"
    with age("--encrypt", whom, stdin=subprocess.PIPE, stdout=file) as process:
        yield process.stdin


@contextmanager
def opened(path: Path, identity: Path | None) -> Iterator[Path]:
    """A folder with what is in the file, for as long as it is looked at. Raises
    CommandError."""
    with tempfile.TemporaryDirectory() as name:
        try:
            if not is_encrypted(path):
                with path.open("rb") as file:
                    _unpack(file, name)
            else:
                key = key_of(identity)
                out: Any = subprocess.PIPE
                with age("--decrypt", key, str(path), stdout=out) as process:
                    _unpack(process.stdout, name)
        except tarfile.TarError as error:
            raise CommandError(f"{path} is no such file: {error}") from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        yield Path(name)


def _unpack(stream: IO[bytes], folder: str) -> None:
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        tar.extractall(folder, filter="data")
    while stream.read(1 << 20):
        pass  # whoever writes into it goes on to its end
