"""Witnesses that answer as they are told, and a policy that names them."""

import base64

from audit_app.verifying import proofs


def policy(settings, tmp_path, *witnesses, quorum="all"):
    names = [f"w{number}" for number in range(len(witnesses))]
    lines = [
        f"witness {name} {key.public} http://{name}.example"
        for name, key in zip(names, witnesses, strict=True)
    ]
    lines += [f"group g {quorum} {' '.join(names)}", "quorum g"]
    settings.LEDGER_POLICY = str(tmp_path / "policy")
    (tmp_path / "policy").write_text("\n".join(lines))


class Witnesses:
    """By name of their host: each a size and root of its own, or a fault."""

    def __init__(self, **known):
        self.known, self.asked = known, []

    def __call__(self, url, body):
        name = url.split("//")[1].split(".")[0]
        self.asked.append((name, body.split(b"\n")[0].decode()))
        held = self.known[name]
        if isinstance(held, Exception):
            raise held
        return held(body) if callable(held) else held


def cosigning(key):
    """One that does what it should, with a memory of its own."""
    state = {"size": 0, "root": proofs.EMPTY}

    def answer(body):
        head, _blank, signed = body.decode().partition("\n\n")
        old, *lines = head.split("\n")
        now = proofs.checkpoint_from(proofs.note_from(signed).text)
        if int(old[4:]) != state["size"]:
            return 409, f"{state['size']}\n"
        steps = [base64.b64decode(line) for line in lines]
        if state["size"] and not proofs.is_consistent(
            state["size"], state["root"], now.size, now.root, steps
        ):
            return 422, ""
        state.update(size=now.size, root=now.root)
        return 200, key.cosign(proofs.note_from(signed).text, 1_800_000_000).line

    answer.state = state
    return answer
