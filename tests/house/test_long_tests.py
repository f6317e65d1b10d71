"""What the list of long tests names is still there: another name is measured anew."""

from tests import tiers
from tests.helpers.databases import ROOT


def test_every_long_test_is_a_test():
    known = {}
    for line in tiers.LIST.read_text().splitlines():
        path, _colons, test = line.partition("[")[0].partition("::")
        if path not in known:
            module = ROOT / path
            known[path] = module.read_text() if module.exists() else ""
        assert f"def {test}(" in known[path], line
