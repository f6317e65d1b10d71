"""Runs eark-validator on a package, without a network: the vocabularies that it fetches
while it is imported are those of its own package. It looks into each file of METS.xml
before all of that is read, and ends with an error where a block of 32 kB does: here all
is read first. Prints its report as JSON."""

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

from eark_validator import mets  # noqa: E402
from eark_validator.packages import PackageValidator  # noqa: E402
from eark_validator.specifications.specification import (  # noqa: E402
    SpecificationVersion,
)

etree = mets.etree


class Whole:
    """Its reader of XML, which gives what it reads when it has read all."""

    def __getattr__(self, name):
        return getattr(etree, name)

    def iterparse(self, file, schema=None, **options):
        parser = etree.XMLParser(schema=schema)
        return etree.iterwalk(etree.parse(file, parser), **options)


mets.etree = Whole()
validator = PackageValidator(Path(sys.argv[1]), SpecificationVersion.V2_1_0)
print(validator.validation_report.model_dump_json())
