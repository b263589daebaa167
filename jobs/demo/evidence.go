package demo

// enough is how much two records of one customer must at least agree, so that
// a good matcher can find them: the name and the town and one field more.
const enough = 5

// agreement weighs what two records of the customer have in common after the
// noise. Misspelt names and streets still agree roughly; garbled numbers,
// e-mail addresses and phone numbers do not count.
func (c *customer) agreement(a, b *record) int {
	points := 0
	switch {
	case a.asFirm && b.asFirm, c.kind != organisation && a.asPerson && b.asPerson:
		points += 2
	case c.kind == soleTrader:
		points++
	}
	if shared(a.number, b.number) {
		points += 3
	}
	if shared(a.mail, b.mail) {
		points += 3
	}
	if shared(a.phone, b.phone) {
		points += 2
		if a.phone == other && c.sharedLine {
			points--
		}
	}
	if a.place == b.place {
		if a.street && b.street && a.house && b.house {
			points += 2
		}
		if a.town && b.town {
			points++
		}
	}
	return points
}

// shared reports whether two records hold the same value.
func shared(a, b which) bool { return a == b && a != none && a != garbled }

// reconcile keeps the promise that every record agrees in at least two
// informative fields with the customer's first record: it restores fields,
// in random order, until there is enough evidence and no more.
func (c *customer) reconcile(d *dice, anchor, rec *record) {
	repairs := [...]func(){
		func() { // the same phone
			if anchor.phone == none || anchor.phone == garbled {
				anchor.phone = first
			}
			rec.phone = anchor.phone
		},
		func() { // the same e-mail address
			if anchor.source == survey || rec.source == survey {
				return
			}
			if anchor.mail == none || anchor.mail == garbled {
				anchor.mail = first
			}
			rec.mail = anchor.mail
		},
		func() { // the same number
			if c.number != "" && numbered(anchor) && numbered(rec) {
				anchor.number, rec.number = first, first
			}
		},
		func() { // the whole address
			if rec.role == branch {
				return
			}
			rec.place = anchor.place
			rec.town, anchor.town = true, true
			if rec.source != forms && anchor.source != forms {
				rec.street, rec.house, anchor.street, anchor.house = true, true, true, true
			}
		},
	}
	for _, i := range d.Perm(len(repairs)) {
		if c.agreement(anchor, rec) >= enough {
			return
		}
		repairs[i]()
	}
	if c.agreement(anchor, rec) < enough {
		rec.asFirm, anchor.asFirm = rec.asFirm || c.kind != private, anchor.asFirm || c.kind != private
	}
}

// numbered reports whether the record's source has a column for a VAT number
// and the record shows the firm.
func numbered(r *record) bool {
	return (r.source == orders || r.source == purchased) && r.asFirm
}
