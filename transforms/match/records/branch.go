package records

import "clientele/transforms/normalize"

// nameBranches gives firms whose name ends with their town the name without it as another
// one. A branch is called by its firm's name and its town, and of a name such as "Printing
// Ghent" it is the first word that says how many there may be of it in a town.
func (b *Builder) nameBranches() {
	var firms *columnBuilder
	var towns *Column
	for _, g := range b.groups {
		for _, c := range g.columns {
			switch c.Role {
			case RoleFirm:
				firms = c
			case RoleTown:
				towns = c.Column
			}
		}
	}
	if firms == nil || towns == nil {
		return
	}
	type named struct{ name, town uint32 }
	known := map[named]uint32{}
	ids, start := firms.ids, firms.start
	firms.ids, firms.start = make([]uint32, 0, len(ids)), make([]uint32, 1, len(start))
	for i := range len(start) - 1 {
		for _, name := range ids[start[i]:start[i+1]] {
			firms.add(name)
			for _, town := range towns.ids[towns.start[i]:towns.start[i+1]] {
				short, ok := known[named{name, town}]
				if !ok {
					if rest, has := normalize.WithoutTown(firms.Values[name], towns.Values[town]); has {
						short = firms.id(rest)
					}
					known[named{name, town}] = short
				}
				if short != 0 {
					firms.add(short)
				}
			}
		}
		firms.close()
	}
}
