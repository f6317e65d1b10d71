// Checks a ledger with Go's own software: the note, the tiles' hashes, and proofs.
//
// Arguments: the key, the folder, and a file of tlog-proof. Prints what it has seen.
package main

import (
	"encoding/base64"
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

func checkpoint(signed []byte, vkey string) (int64, tlog.Hash) {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return size, root
}

// Of the leaves in the tiles, all of them.
func leaves(folder string, size int64) []tlog.Hash {
	var found []tlog.Hash
	for at := int64(0); at*256 < size; at++ {
		name := fmt.Sprintf("%s/tile/0/%03d", folder, at)
		if width := size - at*256; width < 256 {
			name = fmt.Sprintf("%s.p/%d", name, width)
		}
		body := read(name)
		for i := 0; i+32 <= len(body); i += 32 {
			var hash tlog.Hash
			copy(hash[:], body[i:])
			found = append(found, hash)
		}
	}
	return found
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		found = append(found, s[index])
	}
	return found, nil
}

func main() {
	vkey, folder, file := os.Args[1], os.Args[2], os.Args[3]
	size, root := checkpoint(read(folder+"/checkpoint"), vkey)
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
	proofSize, proofRoot := checkpoint([]byte(signed), vkey)
	must(tlog.CheckRecord(proof, proofSize, proofRoot, index, tlog.RecordHash(extra)))
	fmt.Println("whole", size, index)
}
