"""Who is to have seen a checkpoint before it counts: a C2SP tlog-policy file."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from audit_app.verifying.note import LOG, WITNESS, Key, Malformed, key_from

MOST_BYTES = 100_000
NONE = "none"


class Witness(NamedTuple):
    name: str
    key: Key
    url: str


@dataclass
class Policy:
    """`groups` have their members and how many of them are enough."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = NONE

    def is_met(self, keys: list[Key]) -> bool:
        """By the cosignatures of these keys."""
        return self._has_seen(self.quorum, set(keys))

    def _has_seen(self, name: str, keys: set[Key]) -> bool:
        if name == NONE:
            return True
        if name in self.witnesses:
            return self.witnesses[name].key in keys
        enough, members = self.groups[name]
        return sum(self._has_seen(member, keys) for member in members) >= enough

    @property
    def keys(self) -> list[Key]:
        return [*self.logs, *(witness.key for witness in self.witnesses.values())]


def read(path: str) -> Policy:
    """Raises Malformed, which names the line, also where the file can not be read."""
    try:
        with Path(path).open("rb") as file:
            text = file.read(MOST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"The policy in {path} can not be read: {error}") from error
    return parsed(text)


def parsed(text: str) -> Policy:
    policy, quorums = Policy(), 0
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            _take(policy, words)
        except (ValueError, IndexError, KeyError) as error:
            raise Malformed(f"Line {number} of the policy: {error}") from error
        quorums += words[0] == "quorum"
    if quorums != 1:
        raise Malformed(
            "The policy needs one line “quorum”: the name of the witness or group that"
            " is to have cosigned, or “quorum none” where nobody is waited for."
        )
    return policy


def _take(policy: Policy, words: list[str]) -> None:
    noun, *rest = words
    if noun == "log" and len(rest) in (1, 2):
        policy.logs.append(_new_key(policy, rest[0], LOG))
    elif noun == "witness" and len(rest) in (2, 3):
        name = _new_name(policy, rest[0])
        key = _new_key(policy, rest[1], WITNESS)
        url = rest[2].rstrip("/") if len(rest) == 3 else ""
        policy.witnesses[name] = Witness(name, key, url)
    elif noun == "group" and len(rest) > 2:
        _take_group(policy, *rest)
    elif noun == "quorum" and len(rest) == 1:
        policy.quorum = rest[0] if rest[0] == NONE else _known(policy, rest[0])
    else:
        raise Malformed(f"“{' '.join(words)[:80]}” is no line of a policy")


def _take_group(policy: Policy, name: str, enough: str, *members: str) -> None:
    taken = {one for _enough, some in policy.groups.values() for one in some}
    for member in members:
        if _known(policy, member) in taken or members.count(member) > 1:
            raise Malformed(f"{member} is in a group already")
    number = {"any": 1, "all": len(members)}.get(enough) or int(enough)
    if not 1 <= number <= len(members):
        raise Malformed(f"{enough} of {len(members)} members")
    policy.groups[_new_name(policy, name)] = (number, list(members))


def _new_name(policy: Policy, name: str) -> str:
    if name == NONE or name in policy.witnesses or name in policy.groups:
        raise Malformed(f"{name} is a name already")
    return name


def _known(policy: Policy, name: str) -> str:
    if name not in policy.witnesses and name not in policy.groups:
        raise Malformed(f"{name} is not defined above")
    return name


def _new_key(policy: Policy, vkey: str, kind: int) -> Key:
    key = key_from(vkey)
    if key.kind != kind:
        raise Malformed(f"{key.name} is a key of another kind")
    if any(key.public == other.public for other in policy.keys):
        raise Malformed(f"the key of {key.name} is there already")
    return key
