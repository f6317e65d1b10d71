"""What is made of words, as a PDF in our own style."""

import email
import json
import re
from collections.abc import Iterator, Sequence
from email.message import Message
from html import escape

from requests_app.documents.drawing import WATERMARK, draw
from requests_app.providers.mail import message as mail
from requests_app.redaction.faults import Fault
from requests_app.redaction.kinds import MOST_CHARACTERS
from requests_app.words.unseen import shown

Parts = Sequence[tuple[str, str]]
# A text, what nests, what stands between, and all else.
PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[,:]|[^\s{}\[\],:"]+|"')


def parts_of(kind: str, body: bytes) -> Parts:
    """Raises Fault."""
    try:
        if kind == "message/rfc822":
            return list(_mail(body))
        if kind == "text/html":
            return [("", mail.without_tags(text_of(body)))]
        if kind == "application/json" or kind.endswith("+json"):
            return [("", _json(text_of(body)))]
        if kind.startswith("text/"):
            return [("", text_of(body))]
    except MemoryError:
        raise
    except Exception as error:  # whatever odd bytes do to those who read them
        raise Fault("broken") from error
    raise Fault("kind")


def text_of(body: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1")


def _json(text: str) -> str:
    """A text as it reads; all else as it is nested, with nothing lost that a reader of
    JSON would lose. What is none stands as it came."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str) else "".join(_nested(text))


def _nested(text: str) -> Iterator[str]:
    depth, before = 0, ""
    for piece in PIECES.findall(text):
        depth -= piece in "}]"
        if before and before in "{[," or piece in "}]":
            yield "\n" + "  " * depth
        depth += piece in "{["
        is_text = piece.startswith('"')
        yield json.dumps(json.loads(piece), ensure_ascii=False) if is_text else piece
        if piece == ":":
            yield " "
        before = piece


def _mail(raw: bytes) -> Iterator[tuple[str, str]]:
    """Every line of its head, every text, and what else it holds by name."""
    mail.refuse_too_much(raw)
    message = email.message_from_bytes(raw)
    head = (f"{name}: {mail.line(value)}" for name, value in message.items())
    yield "", "\n".join(head)
    for part in mail.parts(message):
        if isinstance(part.get_payload(), list):
            continue
        payload = part.get_payload(decode=True)
        body = payload if isinstance(payload, bytes) else b""
        kind = part.get_content_type()
        if part.get_filename() or not kind.startswith("text/"):
            yield "Bilaga", _attachment(part, len(body))
            continue
        words = mail.decoded(body, part.get_content_charset())
        yield "", mail.without_tags(words) if kind == "text/html" else words


def _attachment(part: Message, size: int) -> str:
    name = mail.line(part.get_filename()) or "utan namn"
    return f"{name} ({part.get_content_type()}, {size} byte)"


def drawn(title: str, parts: Parts, is_practice: bool) -> bytes:
    """Raises Fault."""
    length = sum(len(label) + len(text) for label, text in parts)
    if length > MOST_CHARACTERS:
        raise Fault("text", length)
    head = f"<h1 data-foot='{_text(title)}'>{_text(title)}</h1>" if title else ""
    sections = "".join(_section(label, text) for label, text in parts)
    mark = WATERMARK if is_practice else ""
    html = (
        "<!doctype html><html lang=sv><head>"
        f"<title>{_text(title) or 'Handling'}</title>{mark}</head>"
        f"<body><main>{head}{sections}</main></body></html>"
    )
    try:
        return draw(shown(html))
    except OSError as error:
        raise Fault("drawing") from error


def _section(label: str, text: str) -> str:
    heading = f"<h2>{_text(label)}</h2>" if label else ""
    paragraphs = "".join(f"<p class=typed>{_text(line)}</p>" for line in _blocks(text))
    return heading + paragraphs


def _blocks(text: str) -> list[str]:
    """Lines in paragraphs of at most fifty: one of thousands takes minutes to draw."""
    lines = text.replace("\r\n", "\n").split("\n")
    return ["\n".join(lines[at : at + 50]) for at in range(0, len(lines), 50)]


def _text(value: str) -> str:
    """As HTML holds it; what no page can draw is left out."""
    seen = "".join(char for char in value if char >= " " or char in "\n\t")
    return escape(seen)
