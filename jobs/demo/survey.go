package demo

import (
	"errors"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// surveyColumns are the names in the second header row; the first one spans
// the groups Respondent, Address and Answers over them.
var surveyColumns = []any{
	"Nr", "Name", "Company", "Phone", "Language",
	"Street", "House number", "Box", "Postcode", "Town",
	"Call date", "Interviewer", "Attempts", "Outcome", "Q1", "Q2", "Q3",
}

// The outcomes of a call.
const (
	answeredCall = iota + 1
	refusedCall
	noAnswer
	wrongNumber
	callBack
)

// writeSurvey writes the export of the telephone survey.
func (g *generator) writeSurvey(report func(int) error) ([]FileRows, error) {
	var date int
	w := &workbook{dir: g.Dir, stem: "incoming/survey/survey-" + g.year()}
	w.begin = func(w *workbook) (err error) {
		if date, err = w.file.NewStyle(&excelize.Style{NumFmt: 14}); err != nil {
			return err
		}
		if err := w.line([]any{"Customer satisfaction " + g.year() + ": telephone survey, export of all calls"}); err != nil {
			return err
		}
		groups := make([]any, len(surveyColumns))
		groups[0], groups[5], groups[10] = "Respondent", "Address", "Answers"
		if err := w.line(groups); err != nil {
			return err
		}
		for _, span := range [...][2]string{{"A2", "E2"}, {"F2", "J2"}, {"K2", "Q2"}} {
			if err := w.stream.MergeCell(span[0], span[1]); err != nil {
				return err
			}
		}
		return w.line(surveyColumns)
	}
	w.finish = func(w *workbook) error {
		blank := make([]any, len(surveyColumns))
		for i := range blank {
			blank[i] = ""
		}
		for range TrailingBlankRows {
			if err := w.line(blank); err != nil {
				return err
			}
		}
		return nil
	}
	err := g.visit(streamSurvey, report, func(c *customer, r *record) error {
		if r.source != survey {
			return nil
		}
		if err := w.room(); err != nil { // before date is used: it is the open file's style
			return err
		}
		return w.add(g.call(c, r, date))
	})
	if err == nil {
		err = w.save()
	}
	return w.written, errors.Join(err, w.discard())
}

// call is one row of the survey.
func (g *generator) call(c *customer, r *record, date int) []any {
	d := newDice(g.seed, streamSurvey, r.key(c.index))
	f := g.render(c, r)
	number, _ := strconv.Atoi(r.id)
	row := []any{
		number, f.person, f.company, surveyPhone(d, f.phone), strings.ToUpper(c.speaks.code()),
		f.street, f.house, strings.Trim(f.box, " /"), f.postcode, f.town,
		excelize.Cell{StyleID: date, Value: g.start.AddDate(0, 0, r.day)}, "INT" + twoDigits(d.between(1, 12)), d.between(1, 4),
	}
	outcome := noAnswer
	switch u := d.Float64(); {
	case r.phone == garbled:
		outcome = wrongNumber
	case u < CallAnswered:
		outcome = answeredCall
	case u < CallAnswered+CallRefused:
		outcome = refusedCall
	case u < CallAnswered+CallRefused+CallAgain:
		outcome = callBack
	}
	row = append(row, outcome)
	if outcome != answeredCall {
		return append(row, nil, nil, nil)
	}
	var several []string
	for code := 1; code <= 6; code++ {
		if d.chance(0.35) {
			several = append(several, strconv.Itoa(code))
		}
	}
	return append(row, 1+int(5*(1-d.Float64()*d.Float64())*0.999), pick(d, []int{1, 1, 1, 2, 9}), strings.Join(several, ","))
}

// surveyPhone keeps the text, or stores the digits as a number, which loses
// the leading zero.
func surveyPhone(d *dice, text string) any {
	if !d.chance(PhoneAsNumber) {
		return text
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.Replace(text, "(0)", "", 1))
	number, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return text
	}
	return number
}
