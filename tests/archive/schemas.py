"""The schemas that a package brings, read without a network."""

from functools import cache
from pathlib import Path

from lxml import etree

FOLDER = Path(__file__).resolve().parents[2] / "requests_app/records/archive/schemas"
XS = "http://www.w3.org/2001/XMLSchema"
# A METS file with both extensions: one schema that has all three.
WHOLE = f"""<xs:schema xmlns:xs="{XS}" targetNamespace="urn:whole">
<xs:import namespace="http://www.loc.gov/METS/" schemaLocation="mets.xsd"/>
<xs:import namespace="https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
 schemaLocation="DILCISExtensionMETS.xsd"/>
<xs:import namespace="https://DILCIS.eu/XML/METS/SIPExtensionMETS"
 schemaLocation="DILCISExtensionSIPMETS.xsd"/></xs:schema>"""


class Packaged(etree.Resolver):
    def resolve(self, url, key, context):
        path = FOLDER / url.rpartition("/")[2]
        assert path.is_file(), f"no schema of ours: {url}"
        return self.resolve_filename(str(path), context)


def _parser():
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Packaged())
    return parser


@cache
def schema(name):
    """`whole` is METS with its extensions."""
    if name == "whole":
        root = etree.fromstring(WHOLE, _parser(), base_url=f"{FOLDER}/whole.xsd")
        return etree.XMLSchema(root)
    return etree.XMLSchema(etree.parse(FOLDER / name, _parser()))


def errors(name, path):
    document = etree.parse(path, etree.XMLParser(no_network=True))
    schema(name).validate(document)
    return [f"{row.line}: {row.message}" for row in schema(name).error_log]
