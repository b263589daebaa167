package normalize

import (
	"net"
	"strings"
)

// WebHost returns the host of a web address in lower case and ASCII (IDNA),
// without scheme, user, www., port, path or query. An e-mail address is not a
// host, nor is an IP address or a name without a dot.
func WebHost(s string) (host string, ok bool) {
	s = strings.Trim(Text(s), " .,;<>()\"'")
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+len("://"):]
	} else if i := strings.Index(s, ":/"); i > 0 && i <= len("https") {
		s = s[i+len(":/"):]
	}
	s = strings.TrimLeft(s, "/")
	if i := strings.IndexAny(s, "/?#\\ ,;"); i >= 0 {
		s = s[:i]
	}
	if strings.IndexByte(s, '@') >= 0 {
		return "", false
	}
	if name, port, cut := strings.Cut(s, ":"); cut && (port == "" || allDigits(port)) {
		s = name
	}
	s = strings.TrimRight(lowerASCII(s), ".")
	for strings.HasPrefix(s, "www.") && strings.Count(s, ".") > 1 {
		s = s[len("www."):]
	}
	if net.ParseIP(s) != nil {
		return "", false
	}
	return asciiDomain(s)
}
