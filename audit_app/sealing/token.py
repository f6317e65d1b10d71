"""Keys that lie in a PKCS#11 token: they sign there and never leave it.

Where one is, a URI says (RFC 7512), whose object is the name of the key:

    pkcs11:token=lockbox;object=lockbox.example.se%2Fledger?module-path=…&pin-source=…
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

import pkcs11
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, PKCS11Error

from audit_app.sealing.keys import NoKey, SigningKey
from audit_app.verifying.note import LOG

SCHEME = "pkcs11:"
# The object identifier of Ed25519, and what stands before the bytes of a point.
ED25519, OF_32_BYTES = bytes.fromhex("06032b6570"), bytes.fromhex("0420")
NEXT = " next"


class Place(NamedTuple):
    module: str
    token: str
    name: str
    pin_source: str


class TokenKey:
    """Signs as a key of `cryptography` does. Raises NoKey."""

    def __init__(self, place: Place, private: Any, public: bytes) -> None:
        self._place, self._private, self._public = place, private, public

    def public_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self._public)

    def sign(self, data: bytes, /) -> bytes:
        with _asking(self._place, "The token does not sign"):
            return bytes(self._private.sign(data, mechanism=Mechanism.EDDSA))


def is_uri(place: str) -> bool:
    return place.startswith(SCHEME)


def place_of(uri: str) -> Place:
    """Raises NoKey."""
    path, _mark, query = uri.removeprefix(SCHEME).partition("?")
    where = dict(part.partition("=")[::2] for part in path.split(";"))
    how = {name: values[0] for name, values in parse_qs(query).items()}
    parts = [
        how.get("module-path", ""),
        unquote(where.get("token", "")),
        unquote(where.get("object", "")),
        how.get("pin-source", "").removeprefix("file:"),
    ]
    if not all(parts):
        raise NoKey(f"“{uri}” lacks one of token, object, module-path and pin-source.")
    return Place(*parts)


def read(uri: str, kind: int = LOG) -> SigningKey:
    """Raises NoKey."""
    place = place_of(uri)
    with _asking(place, f"No key {place.name} in the token"):
        return SigningKey(place.name, kind, _key(place, place.name))


def make(uri: str, name: str, kind: int = LOG) -> SigningKey:
    """A key that is to be in use. Raises NoKey, also where there is one."""
    place = place_of(uri)
    if place.name != name:
        raise NoKey(f"The setting names the key {place.name}, and not {name}.")
    if _objects(place, name):
        raise NoKey(f"There is a key {name} in the token already.")
    return SigningKey(name, kind, _made(place, name))


def make_next(uri: str, kind: int = LOG) -> SigningKey:
    """A key that may take over from the one that is there. Raises NoKey."""
    place = place_of(uri)
    forget_next(uri)
    return SigningKey(place.name, kind, _made(place, place.name + NEXT))


def forget_next(uri: str) -> None:
    place = place_of(uri)
    for one in _objects(place, place.name + NEXT):
        one.destroy()


def take_over(uri: str) -> None:
    """The next key is the key from now on; the one before is gone."""
    place = place_of(uri)
    with _asking(place, "The token keeps its key"):
        for one in _objects(place, place.name):
            one.destroy()
        for one in _objects(place, place.name + NEXT):
            one[Attribute.LABEL] = place.name


@contextmanager
def _asking(place: Place, trouble: str) -> Iterator[None]:
    """Raises NoKey with the trouble. A token that was away has forgotten whoever was
    signed in: the next who asks opens it anew."""
    try:
        yield
    except PKCS11Error as error:
        _opened.cache_clear()
        with suppress(PKCS11Error, RuntimeError):
            pkcs11.lib(place.module).finalize()
        raise NoKey(f"{trouble}: {_why(error)}.") from error


def _session(place: Place) -> Any:
    with _asking(place, f"The token {place.token} does not open"):
        return _opened(place.module, place.token, place.pin_source)


@cache
def _opened(module: str, token: str, pin_source: str) -> Any:
    """One a process: a token lets nobody sign in twice."""
    try:
        pin = Path(pin_source).read_text("utf-8").strip()
        library = pkcs11.lib(module)
    except OSError as error:
        raise NoKey(f"The token’s PIN can not be read: {error.strerror}.") from error
    except RuntimeError as error:
        raise NoKey(f"The token {token} does not open: {_why(error)}.") from error
    return library.get_token(token_label=token).open(user_pin=pin, rw=True)


def _objects(place: Place, label: str) -> list[Any]:
    with _asking(place, "The token does not answer"):
        return list(_session(place).get_objects({Attribute.LABEL: label}))


def _key(place: Place, label: str) -> TokenKey:
    session = _session(place)
    private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
    public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, label=label)
    point = bytes(public[Attribute.EC_POINT]).removeprefix(OF_32_BYTES)
    return TokenKey(place, private, point)


def _made(place: Place, label: str) -> TokenKey:
    with _asking(place, "The token makes no key"):
        curve = _session(place).create_domain_parameters(
            KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: ED25519}, local=True
        )
        curve.generate_keypair(
            mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=label
        )
        return _key(place, label)


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
