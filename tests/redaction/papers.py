"""Generated documents of every kind, with words in them that are to be masked."""

import io
import json
import random
from email.message import EmailMessage
from typing import NamedTuple

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from requests_app.cases.review.papers.drawing import typeface
from requests_app.disclosure.masking.process import pages_of, paper_of
from requests_app.disclosure.masking.sheets import Box, Mask

FIRST = "Bren Dal Fros Gull Hav Klin Lund Mark Nord Rosen Skog Strand Vall Öst Älv"
MIDDLE = "ber da gran hol ka lin mo ner rud sten ta vik"
LAST = "borg by dal gren holm kvist man stam sund vall"
FILLER = (
    "Begäran gäller ett skadat objekt och prövas av nämnden. Uppgiften lämnades av {} "
    "till handläggaren {} under våren. Leverantören får i två timmar bearbeta objektet "
    "tekniskt och åtkomsten loggas. Enligt {} finns inget mer att säga om saken."
)
LABELS = ("", "23 kap. 2 § OSL", "39:1 OSL")


class Paper(NamedTuple):
    media_type: str
    body: bytes
    secrets: list[str]
    # Where they stand in a picture, by the page's place; what is text is searched for.
    boxes: list[tuple[int, Box]]


def secret_words(count, seed):
    """Each once, and none a part of another."""
    chance, words = random.Random(seed), {}  # noqa: S311
    while len(words) < count:
        parts = (chance.choice(row.split()) for row in (FIRST, MIDDLE, MIDDLE, LAST))
        words["".join(parts)] = True
    return list(words)


def sentences(secrets):
    names = [*secrets, "namnet", "namnet"]
    return FILLER.format(*names[:3])


def papers(count, secrets):
    """`count` documents, among which the secrets are divided."""
    shares = [secrets[number::count] for number in range(count)]
    return [KINDS[number % len(KINDS)](share) for number, share in enumerate(shares)]


def masked_places(paper, pages, labels=LABELS):
    """Masks over every secret, as somebody would lay them."""
    places = list(paper.boxes)
    for number, page in enumerate(pages):
        places += [
            (number, word.box)
            for word in page.words
            if any(secret in word.text for secret in paper.secrets)
        ]
    masks = {}
    for turn, (number, box) in enumerate(places):
        masks.setdefault(number, []).append(Mask(box, labels[turn % len(labels)]))
    return masks


def _text(secrets):
    body = "\n\n".join([sentences(secrets)] * 2)
    return Paper("text/plain", body.encode(), secrets, [])


def _json(secrets):
    body = json.dumps(
        {"skäl": sentences(secrets), "rader": [{"namn": secrets[0]}, 1.5]}
    )
    return Paper("application/json", body.encode(), secrets, [])


def _html(secrets):
    html = (
        f"<head><title>{secrets[0]}</title></head><p>{sentences(secrets)}"
        "<img src=https://example.se/x.png><script>let x</script>"
    )
    return Paper("text/html; charset=utf-8", html.encode(), secrets, [])


def _mail(secrets):
    message = EmailMessage()
    message["From"] = f"{secrets[0]} <a@example.se>"
    message["Subject"] = f"Fråga från {secrets[-1]}"
    message.set_content(sentences(secrets))
    message.add_attachment(b"x", maintype="text", subtype="plain", filename="lista.txt")
    return Paper("message/rfc822", message.as_bytes(), secrets, [])


def _pdf(secrets):
    """A PDF with all that a word processor leaves in it."""
    with pikepdf.open(
        io.BytesIO(paper_of(secrets[0], [("", sentences(secrets))]))
    ) as pdf:
        pdf.docinfo["/Author"] = secrets[0]
        with pdf.open_metadata() as metadata:
            metadata["dc:description"] = sentences(secrets)
        pdf.attachments["unmasked.txt"] = sentences(secrets).encode()
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Text,
            Rect=[10, 10, 30, 30],
            Contents=sentences(secrets),
        )
        pdf.pages[0].Annots = [pdf.make_indirect(note)]
        pdf.pages[0].Thumb = pdf.make_stream(secrets[0].encode())
        return Paper("application/pdf", _saved(pdf), secrets, [])


def _turned(secrets):
    """Lying on its side, cut to less than the sheet, with a text that nobody sees."""
    with pikepdf.open(io.BytesIO(paper_of("", [("", sentences(secrets))]))) as pdf:
        page = pdf.pages[0]
        page.Rotate = 90
        page.CropBox = [40, 30, 560, 820]
        hidden = f"BT 3 Tr /F1 8 Tf 20 20 Td ({secrets[0]}) Tj ET"
        page.contents_add(hidden.encode("latin-1", "replace"))
        return Paper("application/pdf", _saved(pdf), secrets, [])


def _saved(pdf):
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def _picture(file_type, **saving):
    def made(secrets):
        sheet = Image.new("RGB", (1654, 1200), "white")
        pen = ImageDraw.Draw(sheet)
        font = ImageFont.truetype(typeface() / "SourceSansPro-Regular.ttf", 34)
        boxes = []
        for row, secret in enumerate(secrets):
            top = 150 + 90 * row
            pen.text(
                (120, top), f"Uppgiften lämnades av {secret} i våras.", "black", font
            )
            left = 120 + font.getlength("Uppgiften lämnades av ")
            box = (left, top, left + font.getlength(secret), top + 45)
            parts = [
                int(dots * 10_000 / whole)
                for dots, whole in zip(box, sheet.size * 2, strict=True)
            ]
            boxes.append((0, Box(*parts)))
        stream = io.BytesIO()
        sheet.save(stream, file_type, **saving)
        kind = f"image/{file_type.lower()}"
        return Paper(kind, stream.getvalue(), secrets, boxes)

    return made


KINDS = (
    _pdf,
    _picture("PNG"),
    _text,
    _mail,
    _turned,
    _json,
    _picture("JPEG", comment="a comment"),
    _html,
    _picture("TIFF", description="a description"),
)


def pages(paper):
    return pages_of(paper.body, paper.media_type)
