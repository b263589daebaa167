package savfile

import (
	"bufio"
	"compress/flate"
	"compress/zlib"
	"errors"
	"io"
	"math"
)

// cases yields the cases of a file, each as the elements of eight bytes that it
// consists of, then io.EOF.
type cases interface{ next(row []byte) error }

// newCases returns the cases that follow the dictionary.
func newCases(in *input, d *dictionary) (cases, error) {
	switch d.packed {
	case packedNot:
		return plain{in}, nil
	case packedZlib:
		blocks, err := openBlocks(in)
		if err != nil {
			return nil, err
		}
		unpacked := &input{name: in.name, in: " of its unpacked cases", order: in.order, r: bufio.NewReaderSize(blocks, 1<<16)}
		return newCodes(unpacked, d), nil
	}
	return newCodes(in, d), nil
}

// plain are cases that are not packed.
type plain struct{ in *input }

func (p plain) next(row []byte) error {
	if _, err := p.in.r.Peek(1); errors.Is(err, io.EOF) {
		return io.EOF
	}
	return p.in.fill(row)
}

// codes are cases of which each element is a byte of code: eight of them, and
// then those elements that the codes leave to be written out.
type codes struct {
	in     *input
	codes  [8]byte
	used   int
	values [256][8]byte // by code
}

// The codes that mean no number.
const (
	codeNothing = 0
	codeEnd     = 252
	codeWritten = 253
	codeBlanks  = 254
	codeMissing = 255
)

func newCodes(in *input, d *dictionary) *codes {
	c := &codes{in: in, used: 8}
	for code := range codeEnd {
		in.order.PutUint64(c.values[code][:], math.Float64bits(float64(code)-d.bias))
	}
	copy(c.values[codeBlanks][:], "        ")
	in.order.PutUint64(c.values[codeMissing][:], d.sysmis)
	return c
}

func (c *codes) next(row []byte) error {
	for at := 0; at < len(row); {
		if c.used == len(c.codes) {
			if _, err := c.in.r.Peek(1); at == 0 && errors.Is(err, io.EOF) {
				return io.EOF
			}
			if err := c.in.fill(c.codes[:]); err != nil {
				return err
			}
			c.used = 0
		}
		code := c.codes[c.used]
		switch code {
		case codeNothing:
			c.used++
			continue
		case codeEnd: // stays, so that what follows is the end too
			if at > 0 {
				return c.in.malformed(c.in.at, "the cases end within one")
			}
			return io.EOF
		case codeWritten:
			if err := c.in.fill(row[at : at+8]); err != nil {
				return err
			}
		default:
			copy(row[at:], c.values[code][:])
		}
		c.used++
		at += 8
	}
	return nil
}

// blocks unpacks the blocks of zlib that follow one another up to the trailer.
// The trailer only repeats where they begin, so that none of it is needed.
type blocks struct {
	in      *input
	trailer int64
	block   io.ReadCloser // nil before the first
}

// openBlocks reads the header that stands before the blocks.
func openBlocks(in *input) (*blocks, error) {
	at := in.at
	header, err := in.int64()
	if err != nil {
		return nil, err
	}
	trailer, err := in.int64()
	if err != nil {
		return nil, err
	}
	if err := in.skip(8); err != nil {
		return nil, err
	}
	if header != at || trailer < in.at {
		return nil, in.malformed(at, "its compressed cases begin at %d and end at %d", header, trailer)
	}
	return &blocks{in: in, trailer: trailer}, nil
}

// Read reads unpacked bytes.
func (b *blocks) Read(p []byte) (int, error) {
	for {
		if b.block != nil {
			n, err := b.block.Read(p)
			if n > 0 || err == nil {
				return n, nil
			}
			if !errors.Is(err, io.EOF) {
				return 0, b.failure(err)
			}
		}
		if b.in.at >= b.trailer {
			if b.in.at > b.trailer {
				return 0, b.in.malformed(b.in.at, "a block of compressed cases goes beyond their end at %d", b.trailer)
			}
			return 0, io.EOF
		}
		if err := b.open(); err != nil {
			return 0, b.failure(err)
		}
	}
}

func (b *blocks) open() (err error) {
	if b.block == nil {
		b.block, err = zlib.NewReader(packed{b.in})
		return err
	}
	return b.block.(zlib.Resetter).Reset(packed{b.in}, nil)
}

func (b *blocks) failure(err error) error {
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, zlib.ErrHeader) || errors.Is(err, zlib.ErrChecksum) || errors.Is(err, zlib.ErrDictionary) {
		return b.in.malformed(b.in.at, "a block of compressed cases is damaged: %v", err)
	}
	return b.in.failure(err)
}

// packed reads an input byte by byte where zlib needs to know where it ends.
type packed struct{ in *input }

// Read reads from the input.
func (p packed) Read(b []byte) (int, error) {
	n, err := p.in.r.Read(b)
	p.in.at += int64(n)
	return n, err
}

// ReadByte reads one byte: it keeps package flate from reading ahead.
func (p packed) ReadByte() (byte, error) {
	c, err := p.in.r.ReadByte()
	if err == nil {
		p.in.at++
	}
	return c, err
}
