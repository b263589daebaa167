package blocking

// soundOf returns the consonants of s as they sound.
func soundOf(s string) string {
	var out []byte
	last := byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch c {
		case 'p':
			if i+1 < len(s) && s[i+1] == 'h' {
				c = 'f'
			}
		case 'c', 'q', 'x', 'g':
			c = 'k'
		case 'z':
			c = 's'
		case 'd':
			c = 't'
		case 'v', 'w':
			c = 'f'
		case 'b':
			c = 'p'
		case 'j', 'y':
			c = 'i'
		case 'm':
			c = 'n'
		case 'h', ' ':
			continue
		}
		switch c {
		case 'a', 'e', 'i', 'o', 'u':
			if len(out) == 0 {
				out = append(out, 'a')
			}
			last = 0
			continue
		}
		if c != last {
			out = append(out, c)
		}
		last = c
	}
	return string(out)
}
