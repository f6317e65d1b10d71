"""What others' tools get out of a PDF."""

import subprocess


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, timeout=120, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def text(path):
    return run("pdftotext", "-enc", "UTF-8", path, "-").decode()


def info(path):
    return run("pdfinfo", "-meta", path).decode() + run("pdfinfo", path).decode()


def unpacked(path):
    """The whole file with nothing packed, in each way that a word may stand in it."""
    raw = run("qpdf", "--qdf", "--object-streams=disable", path, "-")
    return [raw.decode(way, "replace") for way in ("utf-8", "latin-1", "utf-16-be")]


def pictures(path, folder):
    run("pdfimages", "-png", path, folder / "picture")
    return sorted(folder.glob("picture-*.png"))


def read(picture):
    """By text recognition."""
    done = run(
        "tesseract", picture, "stdout", "-l", "swe", env={"OMP_THREAD_LIMIT": "1"}
    )
    return "".join(done.decode().split()).casefold()
