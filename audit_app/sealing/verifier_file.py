"""The verifier as one file for strangers: the same bytes of the same release anywhere,
so that its digest can be published."""

import io
import zipfile
from functools import cache
from hashlib import sha256
from pathlib import Path

from audit_app import verifying

NAME = "verify_ledger.pyz"
START = "from verify_ledger.program import main\nraise SystemExit(main())\n"


@cache
def verifier() -> bytes:
    """Python runs it as it is; its source can be read in it."""
    sources = {"__main__.py": START}
    for module in sorted(Path(verifying.__file__).parent.glob("*.py")):
        sources[f"verify_ledger/{module.name}"] = module.read_text("utf-8")
    body = io.BytesIO()
    # Not compressed, and of no time: else each machine makes another file.
    with zipfile.ZipFile(body, "w", zipfile.ZIP_STORED) as program:
        for name, source in sources.items():
            program.writestr(zipfile.ZipInfo(name), source)
    return b"#!/usr/bin/env python3\n" + body.getvalue()


@cache
def digest() -> str:
    return sha256(verifier()).hexdigest()
