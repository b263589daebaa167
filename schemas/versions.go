package schemas

// versions are the columns of codes that mean different things from version to version,
// with the column that says of which version they are.
var versions = map[string]string{"sector_code": "sector_version", "sector_section": "sector_version"}

// VersionOf returns the column that says of which version the codes of a column are; ok is
// false for a column whose values mean the same in all rows.
func VersionOf(column string) (version string, ok bool) {
	version, ok = versions[column]
	return version, ok
}
