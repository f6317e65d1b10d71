"""A page as a screen reader is given it: Chromium's accessibility tree in a line, and
what is wrong with it."""

from typing import NamedTuple

# What is pressed, chosen and typed in: nothing of it is without a name.
CONTROLS = {
    "button", "checkbox", "combobox", "link", "listbox", "menuitem", "radio",
    "searchbox", "slider", "spinbutton", "switch", "tab", "textbox",
}  # fmt: skip
# Groups that say nothing where they have no name, and dialogs that always have one.
NAMED = {"radiogroup", "dialog", "navigation", "search"}
# Help that stands beside what it explains, and is tied to nothing that is described.
LOOSE_HELP = """[...document.querySelectorAll("form .help")].filter(help => {
    const field = help.closest(".f, fieldset, .form-row, .field-box");
    const asks = field && field.querySelector("input, select, textarea");
    if (!asks || !help.checkVisibility() || !help.textContent.trim()) return false;
    const tied = help.id && document.querySelector(
        `[aria-describedby~="${CSS.escape(help.id)}"]`);
    return !tied;
}).map(help => help.textContent.trim().slice(0, 80))"""
# What a page tells of what has just been done or gone wrong, and nobody is told.
UNTOLD = """[...document.querySelectorAll(".messagelist, .errornote, .err, .alarm")]
    .filter(box => box.checkVisibility() && box.textContent.trim())
    .filter(box => !box.closest("[role=status], [role=alert], [autofocus]"))
    .filter(box => !(box.closest("[id$=_error]") && document.querySelector(
        `[aria-describedby~="${CSS.escape(box.closest("[id$=_error]").id)}"]`)))
    .map(box => box.textContent.trim().slice(0, 80))"""


class Spoken(NamedTuple):
    role: str
    name: str
    description: str
    level: int


def spoken(page):
    """Each thing that is spoken of, in the order of the page."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    found, waiting = [], [nodes[0]["nodeId"]]
    while waiting:
        node = by_id.get(waiting.pop())
        if node is None:
            continue
        waiting += reversed(node.get("childIds", []))
        if not node.get("ignored"):
            found.append(_one(node))
    return found


def _one(node):
    values = {
        part["name"]: part["value"].get("value") for part in node.get("properties", ())
    }
    return Spoken(
        _text(node, "role"),
        _text(node, "name"),
        _text(node, "description"),
        int(values.get("level") or 0),
    )


def _text(node, part):
    return str(node.get(part, {}).get("value", "")).strip()


def wrong_in(page, case=""):
    """What whoever listens to the page would miss."""
    line = spoken(page)
    return [
        *_headings(line, case),
        *(f"no name: {one.role}" for one in line if _is_nameless(one)),
        *(f"help of nothing: {text}" for text in page.evaluate(LOOSE_HELP)),
        *(f"told to nobody: {text}" for text in page.evaluate(UNTOLD)),
    ]


def _is_nameless(one):
    return one.role in CONTROLS | NAMED and not one.name


def _headings(line, case):
    headings = [one for one in line if one.role == "heading"]
    first = [one.name for one in headings if one.level == 1]
    if len(first) != 1:
        yield f"{len(first)} headings of level 1: {first}"
    elif case and case not in first[0]:
        yield f"the heading does not say which case: {first[0]}"
    level = 1
    for one in headings:
        if one.level > level + 1:
            yield f"a level is skipped before: {one.name}"
        level = one.level
