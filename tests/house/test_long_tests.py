"""What the list of long tests names is still there: another name is measured anew."""

from tests import tiers
from tests.helpers.databases import ROOT


def test_every_long_test_is_a_test():
    known = {}
    for line in tiers.LIST.read_text().splitlines():
        module, _space, test = line.partition("[")[0].partition(" ")
        path = ROOT / f"{module.replace('.', '/')}.py"
        if path not in known:
            known[path] = path.read_text() if path.exists() else ""
        assert f"def {test}(" in known[path], line
