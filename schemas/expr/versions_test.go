package expr

import (
	"errors"
	"strings"
	"testing"

	"clientele/schemas"
)

func TestCheckVersions(t *testing.T) {
	scope := NewScope(map[string]schemas.Type{"sector_code": schemas.String, "sector_section": schemas.String, "sector_version": schemas.String, "kind": schemas.String, "n": schemas.Int})
	for text, at := range map[string]int{ // the column of the error, 0 for none
		"sector_version = '2025' and sector_code = '62100'":                                             0,
		"'2025' = sector_version and n > 1 and substr(sector_code, 1, 2) = '62'":                        0,
		"sector_version in ('2008', '2025') and (sector_section = 'A' or sector_code = '1')":            0,
		"sector_section = 'K' and (n = 1 or n = 2) and sector_version = '2025'":                         0,
		"(sector_version = '2008' and n = 1 or sector_version = '2025') and sector_section = 'A'":       0,
		"case when sector_version = '2025' and kind = 'x' then sector_code end":                         0,
		"case when sector_version = '2008' then sector_code = '1' when n = 1 then false else false end": 0,
		"sector_code is null or sector_section is not null":                                             0,
		"sector_version is null":       0,
		"n = 1":                        0,
		"sector_code":                  1,
		"sector_code = '62100'":        1,
		"sector_section in ('K', 'J')": 1,
		"sector_version = '2025' or sector_code = '62100'":                                               28,
		"sector_version <> '2025' and sector_code = '62100'":                                             30,
		"sector_version not in ('2008') and sector_code = '62100'":                                       36,
		"sector_version = kind and sector_code = '62100'":                                                27,
		"sector_version in ('2008', kind) and sector_code = '1'":                                         38,
		"(sector_version = '2008' or n = 1) and sector_section = 'A'":                                    40,
		"case when sector_version = '2025' then n = 1 else sector_code = '1' end":                        51,
		"case when sector_code = '1' then sector_version = '2025' end":                                   11,
		"not (sector_version = '2025') and sector_code = '1'":                                            35,
		"sector_code || '' is null":                                                                      1,
		"sector_version = '2025' and n = 1 or lower(sector_code) = 'x' and n = 2 or sector_code is null": 44,
	} {
		e, err := Compile(text, scope, 0)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var wrong *Error
		switch err := e.CheckVersions(); {
		case !errors.As(err, &wrong):
			if at != 0 || err != nil {
				t.Errorf("%s: %v, want an error at column %d", text, err, at)
			}
		case wrong.Col != at || !strings.Contains(wrong.Message, "sector_version = '2025'"):
			t.Errorf("%s: %v, want column %d", text, err, at)
		}
	}
}
