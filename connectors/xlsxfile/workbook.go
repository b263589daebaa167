package xlsxfile

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"clientele/connectors"
)

// maxStructure is the largest part that describes a workbook, in bytes.
const maxStructure = 16 << 20

// Sheets hold much repetition, but a part that shrinks to less than 1/maxRatio
// and unpacks to more than minBomb bytes is made to fill a disk.
const (
	maxRatio = 200
	minBomb  = 64 << 20
)

// workbook is an open workbook.
type workbook struct {
	name    string
	parts   map[string]*zip.File // by lower-case path
	sheets  []sheetPart
	formats []format // by style of a cell
	epoch   epoch
	texts   *sharedTexts
}

// sheetPart is a worksheet and where it stands in the archive.
type sheetPart struct{ name, path string }

func openWorkbook(file *os.File, name string, o Options, temp string) (*workbook, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "unreadable", "", "%s: %w", name, err)
	}
	w := &workbook{name: name, parts: map[string]*zip.File{}}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil {
		return nil, w.notOne(file, info.Size())
	}
	if err := w.checkSize(archive, uint64(o.MaxUnzipped)<<20); err != nil {
		return nil, err
	}
	for _, f := range archive.File {
		w.parts[strings.ToLower(path.Clean(f.Name))] = f
	}
	if err := w.describe(archive, temp); err != nil {
		return nil, err
	}
	if w.texts, err = w.readTexts(); err != nil {
		return nil, err
	}
	return w, nil
}

// notOne says what a file that is no archive is instead.
func (w *workbook) notOne(file *os.File, size int64) error {
	head := make([]byte, 8)
	n, _ := file.ReadAt(head, 0)
	switch {
	case size == 0:
		return connectors.Errorf(connectors.KindData, "empty_file", "ask for the file again", "%s is empty", w.name)
	case string(head[:n]) == "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1":
		return connectors.Errorf(connectors.KindData, "broken_workbook", "save it as .xlsx without a password", "%s is encrypted, or a workbook of before Excel 2007", w.name)
	}
	return w.broken(errors.New("not a workbook, or cut off"))
}

// broken is the error of a workbook that can't be read.
func (w *workbook) broken(err error) error {
	return connectors.Errorf(connectors.KindData, "broken_workbook", "open it in Excel, save it again, or ask for it again", "%s is broken: %w", w.name, err)
}

// checkSize refuses an archive by what its directory declares; package zip
// never unpacks more than that.
func (w *workbook) checkSize(archive *zip.Reader, most uint64) error {
	var total uint64
	for _, f := range archive.File {
		total += f.UncompressedSize64
		bomb := f.UncompressedSize64 > minBomb && f.UncompressedSize64/maxRatio > f.CompressedSize64
		if f.UncompressedSize64 > most || total > most || bomb {
			return connectors.Errorf(connectors.KindData, "workbook_too_large", "if the file is to be trusted, save it again without empty formatted rows, or raise the option max_unzipped",
				"%s unpacks to more than it should: at most %d MiB, and %d times its packed size", w.name, most>>20, maxRatio)
		}
	}
	return nil
}

// describe reads sheets, styles and epoch, by handing excelize the workbook
// without its contents.
func (w *workbook) describe(archive *zip.Reader, temp string) (err error) {
	skeleton, err := skeletonOf(archive)
	if err != nil {
		return w.broken(err)
	}
	defer func() {
		if r := recover(); r != nil { // the library indexes into what it did not check
			err = w.broken(errors.New("its structure contradicts itself"))
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(skeleton), excelize.Options{TmpDir: temp})
	if err != nil {
		return w.broken(errors.New("its structure can't be read"))
	}
	defer f.Close()
	props, err := f.GetWorkbookProps()
	if err != nil {
		return w.broken(errors.New("its properties can't be read"))
	}
	w.epoch = epoch1900
	if props.Date1904 != nil && *props.Date1904 {
		w.epoch = epoch1904
	}
	custom := map[int]string{}
	if f.Styles.NumFmts != nil {
		for _, n := range f.Styles.NumFmts.NumFmt {
			custom[n.NumFmtID] = n.FormatCode
		}
	}
	if f.Styles.CellXfs != nil {
		for _, style := range f.Styles.CellXfs.Xf {
			id := 0
			if style.NumFmtID != nil {
				id = *style.NumFmtID
			}
			w.formats = append(w.formats, formatOf(id, custom))
		}
	}
	if f.WorkBook == nil {
		return w.broken(errors.New("it has no list of sheets"))
	}
	paths, err := w.sheetPaths()
	if err != nil {
		return w.broken(err)
	}
	for _, s := range f.WorkBook.Sheets.Sheet {
		if p, ok := paths[s.ID]; ok {
			w.sheets = append(w.sheets, sheetPart{s.Name, p})
		}
	}
	return nil
}

// skeletonOf copies the parts that describe a workbook.
func skeletonOf(archive *zip.Reader) ([]byte, error) {
	var skeleton bytes.Buffer
	out := zip.NewWriter(&skeleton)
	for _, f := range archive.File {
		name := strings.ToLower(f.Name)
		if name != "[content_types].xml" && name != "xl/workbook.xml" && name != "xl/styles.xml" && name != "_rels/.rels" && name != relationsPart {
			continue
		}
		if f.UncompressedSize64 > maxStructure {
			return nil, fmt.Errorf("%s is too large", path.Base(name))
		}
		in, err := f.Open()
		if err != nil {
			return nil, err
		}
		part, err := out.Create(f.Name)
		if err == nil {
			_, err = io.Copy(part, in)
		}
		if err := errors.Join(err, in.Close()); err != nil {
			return nil, err
		}
	}
	err := out.Close()
	return skeleton.Bytes(), err
}

const relationsPart = "xl/_rels/workbook.xml.rels"

// sheetPaths returns the parts of the worksheets by id of their relation.
func (w *workbook) sheetPaths() (map[string]string, error) {
	var relations struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	part, ok := w.parts[relationsPart]
	if !ok {
		return nil, errors.New("it has no list of sheets")
	}
	in, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if err := xml.NewDecoder(in).Decode(&relations); err != nil {
		return nil, errors.New("its list of sheets can't be read")
	}
	paths := map[string]string{}
	for _, r := range relations.Relationship {
		if strings.HasSuffix(r.Type, "/worksheet") {
			target := r.Target
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			paths[r.ID] = strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))
		}
	}
	return paths, nil
}

// choose returns the sheets that the option names: a name, else an ordinal,
// else a pattern. several says that there may be more than one.
func (w *workbook) choose(sheet string) (chosen []sheetPart, several bool, err error) {
	if sheet == "" && len(w.sheets) > 0 {
		return w.sheets[:1], false, nil
	}
	for i, s := range w.sheets {
		if s.name == sheet {
			return w.sheets[i : i+1], false, nil
		}
	}
	if n, err := strconv.Atoi(sheet); err == nil && 1 <= n && n <= len(w.sheets) {
		return w.sheets[n-1 : n], false, nil
	}
	for _, s := range w.sheets {
		if ok, _ := path.Match(sheet, s.name); ok { // options.check tried the pattern
			chosen = append(chosen, s)
		}
	}
	if len(chosen) == 0 {
		names := make([]string, len(w.sheets))
		for i, s := range w.sheets {
			names[i] = strconv.Quote(s.name)
		}
		return nil, false, connectors.Errorf(connectors.KindData, "missing_sheet", "it has: "+strings.Join(names, ", "),
			"%s has no sheet %q", w.name, sheet)
	}
	return chosen, true, nil
}
