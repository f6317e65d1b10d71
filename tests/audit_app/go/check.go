// Checks a ledger with Go's own software: the note, the witness's cosignature, the
// tiles' hashes, the entries, and proofs.
//
// Arguments: the key, the witness's key, the folder, and a file of tlog-proof; or
// "statement", its file, the old key and the new one. Prints what it has seen.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	body, err := os.ReadFile(path)
	must(err)
	return body
}

// A witness as C2SP tlog-cosignature has it: it signs its time and the whole note.
type witness struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
	time   uint64
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	w.time = binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", w.time, text)
	return ed25519.Verify(w.public, []byte(message), signature[8:])
}

func newWitness(vkey string) *witness {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		must(fmt.Errorf("no key of a witness"))
	}
	body, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	hash := sha256.Sum256(append([]byte(parts[0]+"\n"), body...))
	if len(body) != 33 || body[0] != 4 || hex.EncodeToString(hash[:4]) != parts[1] {
		must(fmt.Errorf("no key of a witness"))
	}
	number := binary.BigEndian.Uint32(hash[:4])
	return &witness{name: parts[0], hash: number, public: body[1:]}
}

// Signed by the log, and by the witness.
func checkpoint(signed []byte, vkey string, by *witness) (int64, tlog.Hash) {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier, by))
	must(err)
	if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 {
		must(fmt.Errorf("signed by %d that are known", len(opened.Sigs)))
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return size, root
}

func tileName(level string, at, width int64) string {
	if width < 256 {
		return fmt.Sprintf("tile/%s/%03d.p/%d", level, at, width)
	}
	return fmt.Sprintf("tile/%s/%03d", level, at)
}

// Of the leaves in the tiles, all of them.
func leaves(folder string, size int64) []tlog.Hash {
	var found []tlog.Hash
	for at := int64(0); at*256 < size; at++ {
		width := min(size-at*256, 256)
		body := read(folder + "/" + tileName("0", at, width))
		entries(read(folder+"/"+tileName("entries", at, width)), body)
		for i := 0; i+32 <= len(body); i += 32 {
			var hash tlog.Hash
			copy(hash[:], body[i:])
			found = append(found, hash)
		}
	}
	return found
}

// Each entry of a bundle is the one whose hash its tile has.
func entries(bundle, hashes []byte) {
	for len(hashes) >= 32 && len(bundle) >= 2 {
		length := int(binary.BigEndian.Uint16(bundle))
		if len(bundle) < 2+length {
			break
		}
		hash := tlog.RecordHash(bundle[2 : 2+length])
		if !bytes.Equal(hash[:], hashes[:32]) {
			must(fmt.Errorf("an entry is not what its tile says"))
		}
		bundle, hashes = bundle[2+length:], hashes[32:]
	}
	if len(bundle) != 0 || len(hashes) != 0 {
		must(fmt.Errorf("a bundle has not as many entries as its tile"))
	}
}

// The tile of whole subtrees of 256 leaves, as Go reads one.
func subtrees(folder string, size int64, all stored) {
	width := size / 256
	tile := tlog.Tile{H: 8, L: 1, N: 0, W: int(width)}
	body := read(folder + "/" + tileName("1", 0, width))
	for at := int64(0); at < width; at++ {
		index := tlog.StoredHashIndex(8, at)
		hash, err := tlog.HashFromTile(tile, body, index)
		must(err)
		if hash != all[index] {
			must(fmt.Errorf("subtree %d has another hash", at))
		}
	}
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		found = append(found, s[index])
	}
	return found, nil
}

// What an old key says of the new one: a note that both signed.
func statement(file, old, fresh string) {
	var both []note.Verifier
	for _, vkey := range []string{old, fresh} {
		verifier, err := note.NewVerifier(vkey)
		must(err)
		both = append(both, verifier)
	}
	opened, err := note.Open(read(file), note.VerifierList(both...))
	must(err)
	if len(opened.Sigs) != 2 {
		must(fmt.Errorf("signed by %d that are known", len(opened.Sigs)))
	}
	lines := strings.Split(opened.Text, "\n")
	if lines[2] != old || lines[3] != fresh {
		must(fmt.Errorf("of other keys"))
	}
	fmt.Println(lines[1], "at", lines[4])
}

func main() {
	if os.Args[1] == "statement" {
		statement(os.Args[2], os.Args[3], os.Args[4])
		return
	}
	vkey, by, folder, file := os.Args[1], newWitness(os.Args[2]), os.Args[3], os.Args[4]
	size, root := checkpoint(read(folder+"/checkpoint"), vkey, by)
	var all stored
	for at, leaf := range leaves(folder, size) {
		hashes, err := tlog.StoredHashesForRecordHash(int64(at), leaf, all)
		must(err)
		all = append(all, hashes...)
	}
	now, err := tlog.TreeHash(size, all)
	must(err)
	if now != root {
		must(fmt.Errorf("the tiles have another root"))
	}
	subtrees(folder, size, all)
	head, signed, _ := strings.Cut(string(read(file)), "\n\n")
	lines := strings.Split(head, "\n")
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err)
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		must(err)
		proof = append(proof, hash)
	}
	proofSize, proofRoot := checkpoint([]byte(signed), vkey, by)
	must(tlog.CheckRecord(proof, proofSize, proofRoot, index, tlog.RecordHash(extra)))
	fmt.Println("whole", size, index, by.time)
}
