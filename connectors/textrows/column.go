package textrows

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// column gathers the texts of one column. What it gathers in stays with it from
// batch to batch, so that only the first ones make it grow; a batch gets a copy
// of just the size that it has.
type column struct {
	text  []byte  // of all rows, one behind the other
	ends  []int32 // where the text of each row ends
	valid []byte  // a bit per row
	nulls int
}

func (c *column) len() int { return len(c.ends) }

// add appends a row that has a text.
func (c *column) add(value []byte) {
	n := len(c.ends)
	if n%8 == 0 {
		c.valid = append(c.valid, 0)
	}
	c.valid[n/8] |= 1 << (n % 8)
	c.text = append(c.text, value...)
	c.ends = append(c.ends, int32(len(c.text)))
}

// fill appends rows without a text until there are so many.
func (c *column) fill(rows int) {
	for n := len(c.ends); n < rows; n++ {
		if n%8 == 0 {
			c.valid = append(c.valid, 0)
		}
		c.ends = append(c.ends, int32(len(c.text)))
		c.nulls++
	}
}

// roomy is how many times the text of the last batch a column keeps at most.
const roomy = 4

// flush returns an array of so many rows, which the caller releases; those behind
// the last one added have no text. It forgets them all.
func (c *column) flush(mem memory.Allocator, rows int) arrow.Array {
	offsets := buffer(mem, arrow.Int32Traits.BytesRequired(1+rows))
	behind := arrow.Int32Traits.CastFromBytes(offsets.Bytes())
	behind[0] = 0
	behind = behind[1+copy(behind[1:], c.ends):]
	for i := range behind {
		behind[i] = int32(len(c.text))
	}
	valid := buffer(mem, int(bitutil.BytesForBits(int64(rows))))
	clear(valid.Bytes()[copy(valid.Bytes(), c.valid):])
	text := buffer(mem, len(c.text))
	copy(text.Bytes(), c.text)
	data := array.NewData(arrow.BinaryTypes.String, rows, []*memory.Buffer{valid, offsets, text}, nil, c.nulls+len(behind), 0)
	defer data.Release()
	for _, b := range data.Buffers() {
		b.Release() // data holds it
	}
	if cap(c.text) > roomy*len(c.text) {
		c.text = nil
	}
	*c = column{text: c.text[:0], ends: c.ends[:0], valid: c.valid[:0]}
	return array.NewStringData(data)
}

func buffer(mem memory.Allocator, size int) *memory.Buffer {
	b := memory.NewResizableBuffer(mem)
	b.Resize(size)
	return b
}
