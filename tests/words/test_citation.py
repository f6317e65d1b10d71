"""How Swedish statutes are cited."""

import re

import pytest

from requests_app.cases.review.law.tree import tree
from requests_app.core.words.texts import in_english, in_full


@pytest.mark.parametrize(
    ("basis", "in_words"),
    [
        ("OSL 10:2 a", "10 kap. 2 a § OSL"),
        ("OSL 10:2 a, 19:3", "10 kap. 2 a § och 19 kap. 3 § OSL"),
        ("TF 2:15, OSL 6:3, 6:7", "2 kap. 15 § TF, 6 kap. 3 och 7 §§ OSL"),
        (
            "KL 6:28–32, 7:4; FL 16–18 §§",
            "6 kap. 28–32 §§ och 7 kap. 4 § KL; FL 16–18 §§",
        ),
        ("dataskyddsförordningen art. 28", "artikel 28 i dataskyddsförordningen"),
        (
            "dataskyddsförordningen art. 5.1 c, 25, 32",
            "artikel 5.1 c, 25 och 32 i dataskyddsförordningen",
        ),
        (
            "dataskyddsförordningen art. 45–49; OSL 21:7",
            "artikel 45–49 i dataskyddsförordningen; 21 kap. 7 § OSL",
        ),
        ("OSL 12:2 andra stycket", "12 kap. 2 § andra stycket OSL"),
        ("OSL 7:2, 11 kap.", "7 kap. 2 § och 11 kap. OSL"),
        ("KL 6:37–38, 7:5–6", "6 kap. 37 och 38 §§ samt 7 kap. 5 och 6 §§ KL"),
        ("OSL 10:2 a; lag (2020:914) 4 §", "10 kap. 2 a § OSL; 4 § lagen (2020:914)"),
        (
            "säkerhetsskyddslagen 1:1–2, 2:5, 4:1, 4:7, 4:9; OSL 15:2",
            "1 kap. 1 och 2 §§, 2 kap. 5 § samt 4 kap. 1, 7 och 9 §§"
            " säkerhetsskyddslagen (2018:585); 15 kap. 2 § OSL",
        ),
        ("patientdatalagen (2008:355) 4 kap.", "patientdatalagen (2008:355) 4 kap."),
        ("Myndighetens egen riktlinje", "Myndighetens egen riktlinje"),
        ("OSL 7:3 och bestämmelsen själv", "7 kap. 3 § OSL och bestämmelsen själv"),
        ("", ""),
    ],
)
def test_a_basis_in_law_is_written_as_lawyers_write_it(basis, in_words):
    assert in_full(basis) == in_words


@pytest.mark.parametrize("version", ["2026-1", "2026-2", "2026-3", "2026-4"])
def test_no_basis_of_a_question_is_left_in_short(version):
    for node in tree(version).nodes:
        assert not re.search(
            r"\d:\d|art\. ", in_full(node.legal_basis).split("lag")[0]
        ), (
            node.code,
            in_full(node.legal_basis),
        )


@pytest.mark.parametrize("version", ["2026-1", "2026-2", "2026-3", "2026-4"])
def test_nothing_swedish_is_left_in_english(version):
    swedish = re.compile(r"[åäöÅÄÖ§]|\b(och|kap|lag|lagen|stycket|enligt|beslut)\b")
    for node in tree(version).nodes:
        assert not swedish.search(in_english(node.legal_basis)), node.code


@pytest.mark.parametrize(
    ("basis", "in_words"),
    [
        ("OSL 10 och 12 kap.", "OSL chs. 10 and 12"),
        ("dataskyddsförordningen art. 28", "GDPR art. 28"),
        ("lag (2020:914) 4 §", "Act (2020:914) section 4"),
        ("KL 6:28–32; FL 16–18 §§", "KL 6:28–32; FL sections 16–18"),
    ],
)
def test_a_basis_in_english(basis, in_words):
    assert in_english(basis) == in_words
