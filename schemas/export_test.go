package schemas

// Layouts returns how many layouts are defined.
func Layouts() int { return len(layouts) }
