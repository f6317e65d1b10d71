"""The tree of RFC 9162 against the vectors of Certificate Transparency, and its proofs."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit_app.verifying import proofs

# The eight leaves and the roots of their trees, as the CT code base has them.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def read_from(leaves):
    """A tree in memory, read by level as the database and the tiles are."""
    levels = [leaves]
    while len(levels[-1]) >= proofs.WIDTH:
        below = levels[-1]
        levels.append(
            [
                proofs.whole_root(b"".join(below[at : at + proofs.WIDTH]))
                for at in range(0, len(below) - proofs.WIDTH + 1, proofs.WIDTH)
            ]
        )
    return lambda level, first, number: b"".join(levels[level][first : first + number])


def by_the_book(leaves):
    """RFC 9162, 2.1.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return proofs.node_hash(by_the_book(leaves[:middle]), by_the_book(leaves[middle:]))


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size):
    hashes = read_from([proofs.leaf_hash(leaf) for leaf in LEAVES])
    assert proofs.root(hashes, 0, size).hex() == ROOTS[size]


SIZES = st.integers(1, 1000) | st.sampled_from([255, 256, 257, 511, 512, 65_537])
MANY = [sha256(bytes([n % 256, n >> 8 & 255, n >> 16])).digest() for n in range(65_600)]
HASHES = read_from(MANY)


@given(SIZES, st.data())
def test_a_leaf_is_proved_and_no_other(size, data):
    index = data.draw(st.integers(0, size - 1))
    ranges = proofs.inclusion_ranges(index, size)
    proof = [proofs.root(HASHES, *one) for one in ranges]
    root = proofs.root(HASHES, 0, size)
    if size <= 1000:
        assert root == by_the_book(MANY[:size])
    assert proofs.is_included(MANY[index], index, size, proof, root)
    assert not proofs.is_included(MANY[index + 1], index, size, proof, root)
    assert not proofs.is_included(MANY[index], index + 1, size, proof, root)
    assert not proofs.is_included(MANY[index], index, size, [*proof, root], root)
    if proof:
        assert not proofs.is_included(MANY[index], index, size, proof[:-1], root)


@given(SIZES, st.data())
def test_a_tree_goes_on_from_itself_and_from_no_other(size, data):
    old = data.draw(st.integers(0, size))
    proof = [proofs.root(HASHES, *one) for one in proofs.consistency_ranges(old, size)]
    before, after = proofs.root(HASHES, 0, old), proofs.root(HASHES, 0, size)
    assert proofs.is_consistent(old, before, size, after, proof)
    other = sha256(b"other").digest()
    assert not proofs.is_consistent(old, other, size, after, proof)
    assert not proofs.is_consistent(old, before, size, after, [*proof, other])
    if 0 < old < size:
        assert not proofs.is_consistent(old, before, size, other, proof)
        assert not proofs.is_consistent(old, before, size, after, proof[:-1])
