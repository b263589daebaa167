package records

import "strings"

// levelsMark stands in a role between what its values are and the levels on which
// they are compared.
const levelsMark = ": "

// Base is what the values of a role are, whatever the levels on which they are
// compared.
func (r Role) Base() Role {
	base, _, _ := strings.Cut(string(r), levelsMark)
	return Role(base)
}

// Levels are the levels of agreement on which a config says that the values are
// compared, the best first, separated by semicolons; "" for those of the base.
func (r Role) Levels() string {
	_, levels, _ := strings.Cut(string(r), levelsMark)
	return levels
}

// Role is that of the values of a field with levels of its own.
func (f Field) Role() Role { return Role(string(f.Kind) + levelsMark + f.Levels) }

// roles are those that the field can fill.
func (f Field) roles() []Role {
	if f.Levels == "" {
		return f.Kind.roles()
	}
	return []Role{f.Role()}
}
