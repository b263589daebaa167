package compare

// CommonTail is the number of digits that two phone numbers end with alike;
// what is no digit does not count. Numbers written with another prefix, or with
// none, share eight digits or nine; those of one exchange can share a few by
// chance, or end in the same extension.
func CommonTail(a, b string) int {
	n := 0
	for i, j := lastDigit(a, len(a)), lastDigit(b, len(b)); i >= 0 && j >= 0 && a[i] == b[j]; n++ {
		i, j = lastDigit(a, i), lastDigit(b, j)
	}
	return n
}

// lastDigit is the place of the last digit of s before end, -1 if there is none.
func lastDigit(s string, end int) int {
	for i := end - 1; i >= 0; i-- {
		if s[i] >= '0' && s[i] <= '9' {
			return i
		}
	}
	return -1
}
