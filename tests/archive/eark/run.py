"""Runs eark-validator on a package, without a network: the vocabularies that it fetches
while it is imported are those of its own package. Prints its report as JSON."""

import importlib.util
import io
import sys
import urllib.request
from pathlib import Path

PACKAGE = Path(importlib.util.find_spec("eark_validator").origin).parent
VOCABULARIES = PACKAGE / "ipxml" / "resources" / "vocabs"


def urlopen(url, *_args, **_options):
    return io.BytesIO((VOCABULARIES / url.rpartition("/")[2]).read_bytes())


urllib.request.urlopen = urlopen

from eark_validator.packages import PackageValidator  # noqa: E402
from eark_validator.specifications.specification import (  # noqa: E402
    SpecificationVersion,
)

validator = PackageValidator(Path(sys.argv[1]), SpecificationVersion.V2_1_0)
print(validator.validation_report.model_dump_json())
