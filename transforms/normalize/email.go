package normalize

import (
	"strings"

	"golang.org/x/net/idna"
)

// Email returns an e-mail address in lower case, its domain in ASCII (IDNA).
// White space, mailto:, a display name with angle brackets and signs at the
// ends are taken off; of several addresses the first is returned. It answers
// false for what no mail can reach and for the placeholders that people type
// to get past a form (geen@geen.be, x@x.com).
func Email(s string) (addr string, ok bool) {
	if strings.IndexByte(s, '@') < 0 {
		return "", false
	}
	s = emailCandidate(s)
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || at == len(s)-1 {
		return "", false
	}
	local := lowerASCII(s[:at])
	domain, ok := asciiDomain(lowerASCII(s[at+1:]))
	if !ok || !validLocal(local) || placeholder(local, domain) || len(local)+1+len(domain) > 254 {
		return "", false
	}
	if addr = s; local+"@"+domain != s {
		addr = local + "@" + domain
	}
	return addr, true
}

// emailCandidate cuts one address out of what a field holds.
func emailCandidate(s string) string {
	if classify(s) != clean || strings.IndexByte(s, ' ') >= 0 {
		s = Text(s)
	}
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		if shut := strings.IndexByte(s[open:], '>'); shut > 0 && strings.IndexByte(s[open:open+shut], '@') > 0 {
			s = s[open+1 : open+shut]
		}
	}
	for _, scheme := range [...]string{"mailto:", "e-mail:", "email:", "mail:"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			s = s[len(scheme):]
		}
	}
	if i := strings.IndexByte(s, '?'); i > 0 && strings.IndexByte(s[:i], '@') > 0 {
		s = s[:i]
	}
	if strings.ContainsAny(s, " ;,/|") {
		for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(" ;,/|", r) }) {
			if strings.IndexByte(part, '@') > 0 {
				s = part
				break
			}
		}
	}
	return strings.Trim(s, " .,;:<>()[]\"'`")
}

// validLocal reports whether the part before @ is a dot-atom of RFC 5322.
func validLocal(local string) bool {
	last := byte('.')
	for i := 0; i < len(local); i++ {
		c := local[i]
		if c == '.' && last == '.' || c >= 0x80 || (!isDigit(c) && !isASCIILetter(c) && strings.IndexByte(".!#$%&'*+-/=?^_`{|}~", c) < 0) {
			return false
		}
		last = c
	}
	return last != '.'
}

// asciiDomain returns a domain name in ASCII when it is one that the public
// name system can hold: two labels or more, the last of them not a number.
func asciiDomain(domain string) (ascii string, ok bool) {
	for i := 0; i < len(domain); i++ {
		if domain[i] >= 0x80 {
			a, err := idna.Lookup.ToASCII(domain)
			if err != nil {
				return "", false
			}
			domain = a
			break
		}
	}
	if len(domain) < 4 || len(domain) > 253 {
		return "", false
	}
	label, labels := 0, 0
	for i := 0; i <= len(domain); i++ {
		if i < len(domain) && domain[i] != '.' {
			c := domain[i]
			if !isDigit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '_' {
				return "", false
			}
			continue
		}
		n := i - label
		if n == 0 || n > 63 || domain[label] == '-' || domain[i-1] == '-' {
			return "", false
		}
		label, labels = i+1, labels+1
	}
	top := domain[strings.LastIndexByte(domain, '.')+1:]
	if labels < 2 || len(top) < 2 || !isASCIILetter(top[0]) || strings.IndexByte(top, '_') >= 0 {
		return "", false
	}
	return domain, strings.HasPrefix(top, "xn--") || !strings.ContainsAny(top, "0123456789-")
}

// EmailDomain returns the domain of an address that Email returned.
func EmailDomain(addr string) string { return addr[strings.LastIndexByte(addr, '@')+1:] }

// IsRoleMailbox reports whether an address belongs to a function and not to a
// person: info@, sales@, verkoop@, boekhouding@.
func IsRoleMailbox(addr string) bool {
	local, _, _ := strings.Cut(addr, "@")
	if roleMailboxes[local] {
		return true
	}
	end := strings.IndexAny(local, ".-_+0123456789")
	return end > 0 && roleMailboxes[local[:end]]
}

// IsPublicMailHost reports whether anybody can have a mailbox at domain, so
// that it tells nothing about an employer.
func IsPublicMailHost(domain string) bool { return publicMailHosts[domain] }

// placeholder reports whether an address was typed to fill a field.
func placeholder(local, domain string) bool {
	label := domain[:strings.IndexByte(domain, '.')]
	if noMailboxes[local] {
		return true
	}
	return local == label && (len(local) <= 2 || fillers[local] || strings.Count(local, local[:1]) == len(local))
}
