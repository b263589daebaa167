package nace

// What holds of codes that are converted from one version to another by what firms filed.
const (
	// ClassDigits are those of a class of NACE, which lists of all countries have in common;
	// NationalDigits those of a national list. What stands behind them serves an
	// administration alone.
	ClassDigits    = 4
	NationalDigits = 5
	// LeastFirms is how many firms a conversion must be counted from to be used.
	LeastFirms = 10
)
