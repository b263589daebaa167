package schemas

// sectorTables are the published tables about sectors of firms.
var sectorTables = []Table{
	publish("sector_concordance", "how codes of NACE go over into those of another version, counted from what firms filed in a register in both", []string{"from_version", "from_code", "to_version"},
		req("from_version", String, NotPersonal, Marketing, "version of NACE that the code is of"),
		req("from_code", String, NotPersonal, Marketing, "code: four digits of a class, or five of the national list of the register"),
		req("to_version", String, NotPersonal, Marketing, "version of NACE that it goes over into"),
		c("to_code", String, NotPersonal, Marketing, "code that firms file most often beside it, of as many digits"),
		c("to_section", String, NotPersonal, Marketing, "section of that code in its version"),
		c("share", Float, NotPersonal, Marketing, "share of the firms' votes for that code: a firm has one, which the codes that it files beside from_code share evenly"),
		c("firms", Int, NotPersonal, Marketing, "firms that file from_code, alone under an administration and classification, and any code of the other version beside it"),
		c("source", String, NotPersonal, Operation, "register whose firms were counted"),
		c("as_of", Date, NotPersonal, Operation, "day of the filings"),
		c("licence", String, NotPersonal, Operation, "terms of the register's values"),
	),
	publish("sector_medians", "what firms of a sector report, in the middle: estimates of others are taken from it, where the config asks for them", []string{"field", "sector_version", "level", "sector_code"},
		req("field", String, NotPersonal, Marketing, "revenue or headcount"),
		req("sector_version", String, NotPersonal, Marketing, "version of NACE"),
		req("level", String, NotPersonal, Marketing, "class, group, division or section"),
		req("sector_code", String, NotPersonal, Marketing, "code of that level: four, three or two digits, or a letter"),
		c("median", Decimal, NotPersonal, Marketing, "median of what is reported: of an even number of firms the lower of the two in the middle, as PERCENTILE_DISC has it"),
		c("firms", Int, NotPersonal, Marketing, "firms that report it"),
	),
}
