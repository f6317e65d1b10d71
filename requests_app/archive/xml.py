"""Writing XML: elements in order, with what is empty left out."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from lxml import etree

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
PREMIS = "http://www.loc.gov/premis/v3"
ERMS = "https://DILCIS.eu/XML/ERMS"


class Writer:
    """Elements of one namespace."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    def root(self, name: str, others: dict[str, str], /, **attributes: str) -> Any:
        names: Any = {None: self.namespace, **others}
        root = etree.Element(f"{{{self.namespace}}}{name}", nsmap=names)
        return _with(root, attributes)

    def add(self, parent: Any, name: str, text: str = "", /, **attributes: str) -> Any:
        one = etree.SubElement(parent, f"{{{self.namespace}}}{name}")
        if text:
            one.text = allowed(text)
        return _with(one, attributes)

    def if_any(self, parent: Any, name: str, text: str, /, **attributes: str) -> None:
        """Only where there is something to tell."""
        if text:
            self.add(parent, name, text, **attributes)


def _with(element: Any, attributes: dict[str, str]) -> Any:
    for name, value in attributes.items():
        element.set(name, allowed(value))
    return element


def allowed(text: str) -> str:
    """What XML can't hold is left out; what was kept byte for byte is a file."""
    return "".join(
        char
        for char in text
        if (char >= " " or char in "\n\t")
        and not "\ud800" <= char <= "\udfff"
        and char not in "\ufffe\uffff"
    )


def name_in(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def written(root: Any) -> bytes:
    body: bytes = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return body
