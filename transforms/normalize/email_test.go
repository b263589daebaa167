package normalize

import "testing"

func TestEmail(t *testing.T) {
	check(t, "Email", Email, map[string]string{
		"Jan.Peeters@Voorbeeld.BE": "jan.peeters@voorbeeld.be", " jan@voorbeeld.be. ": "jan@voorbeeld.be", "mailto:jan@voorbeeld.be": "jan@voorbeeld.be",
		"MAILTO:jan@voorbeeld.be?subject=x": "jan@voorbeeld.be", "Jan Peeters <jan@voorbeeld.be>": "jan@voorbeeld.be", "<jan@voorbeeld.be>,": "jan@voorbeeld.be",
		"jan@voorbeeld.be; els@voorbeeld.be": "jan@voorbeeld.be", "jan@voorbeeld.be/els@voorbeeld.be": "jan@voorbeeld.be", "tel 12 jan@voorbeeld.be": "jan@voorbeeld.be",
		"jan+post@voorbeeld.be": "jan+post@voorbeeld.be", "info@bücher.de": "info@xn--bcher-kva.de", "info@xn--bcher-kva.de": "info@xn--bcher-kva.de",
		"o'brien@voorbeeld.ie": "o'brien@voorbeeld.ie", "jan\u200b@voorbeeld.be": "jan@voorbeeld.be",
		"": "", "@": "", "jan": "", "jan@": "", "@voorbeeld.be": "", "jan@voorbeeld": "", "jan@@voorbeeld.be": "", "jan..p@voorbeeld.be": "", ".jan@voorbeeld.be": "jan@voorbeeld.be",
		"jan@voorbeeld..be": "", "jan@-voorbeeld.be": "", "jan@127.0.0.1": "", "jan@voorbeeld.b": "", "jan peeters@": "", "geen@geen.be": "", "x@x.com": "",
		"test@test.be": "", "nomail@voorbeeld.be": "", "aaaa@aaaa.com": "", "jän@voorbeeld.be": "", "jan@voorbeeld.c0m": "",
	})
}

func TestMailboxes(t *testing.T) {
	for addr, want := range map[string]bool{
		"info@voorbeeld.be": true, "verkoop@voorbeeld.be": true, "sales.be@voorbeeld.be": true, "info2@voorbeeld.be": true, "no-reply@voorbeeld.be": true,
		"jan@voorbeeld.be": false, "informatics.jan@voorbeeld.be": false, "": false,
	} {
		if got := IsRoleMailbox(addr); got != want {
			t.Errorf("IsRoleMailbox(%q) = %v", addr, got)
		}
	}
	if !IsPublicMailHost(EmailDomain("jan@skynet.be")) || IsPublicMailHost(EmailDomain("jan@voorbeeld.be")) {
		t.Error("public mail hosts are mistaken")
	}
}

func TestWebHost(t *testing.T) {
	check(t, "WebHost", WebHost, map[string]string{
		"https://www.Voorbeeld.be/contact?x=1#y": "voorbeeld.be", "www.voorbeeld.be": "voorbeeld.be", "voorbeeld.be:8080": "voorbeeld.be", "HTTP://VOORBEELD.BE.": "voorbeeld.be",
		"//shop.voorbeeld.be": "shop.voorbeeld.be", "http:/voorbeeld.be": "voorbeeld.be", "www.bücher.de": "xn--bcher-kva.de", "www.be": "www.be", "www.liespraet.be": "liespraet.be",
		"jan@voorbeeld.be": "", "mailto:jan@voorbeeld.be": "", "voorbeeld": "", "": "", "192.168.0.1": "", "http://": "", "geen website": "", "n.v.t.": "", "http://user:pw@voorbeeld.be": "",
	})
}
