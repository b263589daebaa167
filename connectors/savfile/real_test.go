package savfile

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestRealFiles reads the files that the R package haven is tested with, where
// they lie, to the values that its tests expect.
func TestRealFiles(t *testing.T) {
	dir := cmp.Or(os.Getenv("CLIENTELE_SURVEY_DATA"), "../../../shared/data/registries/survey")
	texts, kept := defaults(), defaults()
	texts.Labels, texts.Names = labelsText, namesLabel
	kept.Missing = missingKeep
	for _, tt := range []struct {
		file    string
		options Options
		columns string
		rows    []string
	}{
		{"labelled-num.sav", texts, "VAR00002", []string{"This is one"}},
		{"labelled-num-na.sav", defaults(), "VAR00002", []string{"1", "<null>"}},
		{"labelled-num-na.sav", kept, "VAR00002", []string{"1", "9"}},
		{"labelled-str.sav", defaults(), "gender", []string{"M", "F"}},
		{"labelled-str.sav", texts, "gender", []string{"Male", "Female"}},
		{"umlauts.sav", texts, "This is an ä-umlaut", []string{"the ä umlaut", "the ü umlaut", "the ä umlaut", "the ö umlaut"}},
		{"variable-label.sav", texts, "Gender", []string{"female"}},
		{"datetime.sav", defaults(), "date|date.posix|time", []string{"2014-09-22|<null>|12:11:10.09", "2014-09-23|2014-09-23 15:59:20Z|15:59:20.01"}},
	} {
		content, err := os.ReadFile(filepath.Join(dir, "spss", tt.file))
		if err != nil {
			t.Skipf("CLIENTELE_SURVEY_DATA does not name a folder with spss/%s: %v", tt.file, err)
		}
		columns, rows := readAll(t, content, tt.options)
		for i, row := range rows {
			rows[i] = strings.SplitN(row, "|", 4)[3]
		}
		if diff := gocmp.Diff(append([]string{tt.columns}, tt.rows...), append([]string{strings.Join(columns, "|")}, rows...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.file, diff)
		}
	}
	// Fisher's irises are known by their means.
	content, err := os.ReadFile(filepath.Join(dir, "spss", "iris.sav"))
	if err != nil {
		t.Fatal(err)
	}
	columns, rows := readAll(t, content, texts)
	sums, species := make([]float64, 4), map[string]int{}
	for _, row := range rows {
		fields := strings.Split(row, "|")[3:]
		for i := range sums {
			x, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				t.Fatal(err)
			}
			sums[i] += x
		}
		species[fields[4]]++
	}
	got := fmt.Sprintf("%s %d %.4f %.4f %.4f %.4f %v", strings.Join(columns, " "), len(rows), sums[0]/150, sums[1]/150, sums[2]/150, sums[3]/150, species)
	if want := "Sepal.Length Sepal.Width Petal.Length Petal.Width Species 150 5.8433 3.0573 3.7580 1.1993 map[setosa:50 versicolor:50 virginica:50]"; got != want {
		t.Errorf("iris.sav: got %s, want %s", got, want)
	}
}
