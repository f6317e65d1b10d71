"""The law's questions as files: every version is whole, and the newest is asked."""

import re

import pytest

from requests_app.cases.review.law.tree import Kind, tree, version_now
from requests_app.registers import reference

VERSIONS = ("2026-1", "2026-2", "2026-3", "2026-4")
KEYS = {
    f"{row['statute']} {row['chapter']}:{row['paragraph']}".replace(" :", " ")
    for row in reference.paragraphs()
}
NODES = [node for version in VERSIONS for node in tree(version).nodes]


def test_a_new_review_is_asked_the_newest_questions():
    assert version_now() == "2026-4"
    assert not tree("2026-4").asks_once and tree("2026-1").asks_once


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.code)
def test_a_question_cites_what_is_in_the_catalogue_and_passes_what_it_offers(node):
    assert set(node.paragraphs) <= KEYS
    offered = {answer["value"] for answer in node.answers}
    assert set(node.passes) <= offered and set(node.tests) <= offered
    codes = {row["code"] for row in reference.provisions()}
    assert {code for tests in node.tests.values() for code in tests} <= codes


@pytest.mark.parametrize("version", VERSIONS)
def test_answers_stand_in_the_same_order_everywhere(version):
    """Yes, no, and what is neither; for, neutral, against."""
    place = {"Ja": 0, "Nej": 1}
    for node in tree(version).nodes:
        words = [answer["sv"].partition(" ")[0].strip(",") for answer in node.answers]
        if place.keys() <= set(words):
            places = [place.get(word, 2) for word in words]
            assert places == sorted(places), node.code
        values = [answer["value"] for answer in node.answers]
        if "neutral" in values:
            assert values == ["for", "neutral", "against"], node.code


def test_a_question_that_hangs_on_an_answer_hangs_on_one_there_is():
    questions = tree("2026-4")
    for node in questions.nodes:
        above, hangs, value = node.asked.partition("=")
        if hangs:
            offered = {answer["value"] for answer in questions.node(above).answers}
            assert value in offered


def test_what_the_outcome_turns_on_needs_its_reasons():
    """FL 32 §: the ground, what it asks, and each way that something speaks."""
    questions = tree("2026-4")
    turning = [
        node
        for node in questions.assessment_nodes
        if node.major in ("N7", "N8")
        and node.code != "N7.10-2a.assignment"
        and not node.is_factor
    ]
    assert len(turning) == 14
    assert all(node.needs_reasons for node in turning)
    assert questions.node("N7").kind == Kind.GROUNDS


def test_the_law_of_the_references():
    """FL 23–49 do not govern matters open to review of legality (FL 2 §)."""
    questions = tree("2026-4")
    assert "OSL 7:3" not in questions.node("N2").legal_basis
    assert "7:3" not in questions.node("N2").legal_basis
    for code in ("N0", "N13", "N14"):
        assert "FL 2" in questions.node(code).paragraphs
    assert questions.node("N10").legal_basis.startswith("dataskyddsförordningen")
    boundary = questions.node("N7.10-2a.foreign_law").help_sv
    assert "februari 2025" in boundary


def test_a_heading_is_the_paragraphs_own_or_blank():
    rows = {
        (row["statute"], row["chapter"], row["paragraph"]): row
        for row in reference.paragraphs()
    }
    assert rows["FL", "", "33"]["heading"].startswith("Underrättelse om innehållet")
    for paragraph in (("18", "13"), ("26", "5"), ("32", "8"), ("25", "7")):
        assert rows["OSL", *paragraph]["heading"] == ""
    definitions = rows["OSL", "3", "1"]["text"]
    assert "Sekretessbelagd uppgift: En sekretessreglerad uppgift" in definitions
    assert rows["OSL", "11", "4 a"]["text"].startswith("Får en myndighet")


# As the basis of a question names a statute, and as the catalogue does.
STATUTES = {
    "TF": "TF",
    "OSL": "OSL",
    "KL": "KL",
    "FL": "FL",
    "säkerhetsskyddslagen": "Säkerhetsskyddslagen",
}


def cited(basis):
    """“OSL 6:2, 8:1; FL 16–18 §§” one by one; a law that is not in the catalogue, none."""
    statute = ""
    for part in re.split("[,;] ", basis):
        first, _space, rest = part.partition(" ")
        if not first[:1].isdigit():
            statute, part = STATUTES.get(first, ""), rest
        for chapter, begins, ends, letter in (
            PARAGRAPHS.findall(part) if statute else []
        ):
            for number in range(int(begins), int(ends or begins) + 1):
                yield f"{statute} {chapter}{number}{letter}"


PARAGRAPHS = re.compile(r"(?<![\d:])(\d+:)?(\d+)(?:–(\d+))?( [a-z]\b)?")


@pytest.mark.parametrize("node", tree("2026-4").nodes, ids=lambda node: node.code)
def test_what_the_basis_of_a_question_cites_can_be_read_beside_it(node):
    assert set(cited(node.legal_basis)) & KEYS <= set(node.paragraphs)


def test_a_security_agreement_is_demanded_from_a_class_on():
    """Säkerhetsskyddslagen 4:1: confidential or higher."""
    node = tree("2026-4").node("N3")
    assert (
        "i regel (från säkerhetsskyddsklassen konfidentiell, 4 kap. 1 §)" in node.help
    )
    assert {"Säkerhetsskyddslagen 1:2", "Säkerhetsskyddslagen 4:8"} <= {
        *node.paragraphs
    }
