// Command checker reads one JSON case a line and answers true or false: whether the proof in it holds.
// The signatures and the tree are checked by golang.org/x/mod/sumdb, which shares no code with this product.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type testCase struct {
	Kind string `json:"kind"`
	// A proof file: the leaf, the text of a C2SP tlog-proof and the verifier key.
	Leaf  []byte `json:"leaf"`
	Proof []byte `json:"proof"`
	Key   string `json:"key"`
	// Growth: two sizes and roots, and the hashes between them.
	Old     int64    `json:"old"`
	OldRoot []byte   `json:"old_root"`
	New     int64    `json:"new"`
	NewRoot []byte   `json:"new_root"`
	Hashes  [][]byte `json:"hashes"`
}

// The library's maxpow2 never ends above this size.
const sizeLimit = 1 << 62

var number = regexp.MustCompile(`^(0|[1-9][0-9]{0,18})$`)

// strict decodes base64 that has exactly one spelling: the library ignores line ends and the last bits.
func strict(text string) ([]byte, bool) {
	value, err := base64.StdEncoding.DecodeString(text)
	return value, err == nil && base64.StdEncoding.EncodeToString(value) == text
}

func hash(value []byte) (h tlog.Hash, ok bool) {
	copy(h[:], value)
	return h, len(value) == tlog.HashSize
}

func whole(text string) (int64, bool) {
	value, err := strconv.ParseInt(text, 10, 64)
	return value, err == nil && number.MatchString(text)
}

func proofHolds(c testCase) bool {
	parts := strings.SplitN(string(c.Proof), "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || lines[0] != "c2sp.org/tlog-proof@v1" || len(lines) < 2 {
		return false
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		if _, ok := strict(strings.TrimPrefix(lines[0], "extra ")); !ok {
			return false
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return false
	}
	index, ok := whole(strings.TrimPrefix(lines[0], "index "))
	if !ok {
		return false
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		value, spelled := strict(line)
		h, sized := hash(value)
		if !spelled || !sized {
			return false
		}
		proof = append(proof, h)
	}
	size, root, ok := checkpoint(parts[1], c.Key)
	if !ok || len(proof) > 63 {
		return false
	}
	return tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(c.Leaf)) == nil
}

func checkpoint(text string, key string) (size int64, root tlog.Hash, ok bool) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return 0, root, false
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return 0, root, false
	}
	for _, signature := range append(opened.Sigs, opened.UnverifiedSigs...) {
		if _, spelled := strict(signature.Base64); !spelled {
			return 0, root, false
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return 0, root, false
	}
	size, ok = whole(lines[1])
	value, spelled := strict(lines[2])
	root, sized := hash(value)
	return size, root, ok && spelled && sized && size < sizeLimit
}

func growthHolds(c testCase) bool {
	var proof tlog.TreeProof
	for _, value := range c.Hashes {
		h, ok := hash(value)
		if !ok {
			return false
		}
		proof = append(proof, h)
	}
	old, ok := hash(c.OldRoot)
	now, sized := hash(c.NewRoot)
	return ok && sized && c.New < sizeLimit && tlog.CheckTree(proof, c.New, now, c.Old, old) == nil
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	decoder := json.NewDecoder(in)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for decoder.More() {
		var c testCase
		if err := decoder.Decode(&c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if c.Kind == "growth" {
			fmt.Fprintln(out, growthHolds(c))
		} else {
			fmt.Fprintln(out, proofHolds(c))
		}
	}
}
