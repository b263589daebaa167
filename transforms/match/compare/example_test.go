package compare_test

import (
	"fmt"

	"clientele/transforms/match/compare"
)

func ExampleJaroWinkler() {
	fmt.Printf("%.3f\n", compare.JaroWinkler("vermeulen", "vermuelen"))
	fmt.Printf("%.3f\n", compare.JaroWinkler("peeters", "janssens"))
	// Output:
	// 0.978
	// 0.345
}

func ExampleWithin() {
	fmt.Println(compare.Within("kerkstraat", "kerkstrat", 2))
	fmt.Println(compare.Within("kerkstraat", "stationsplein", 2))
	// Output:
	// 1 true
	// 3 false
}

func ExampleTrigrams() {
	a := compare.Trigrams(nil, "bakkerij")
	b := compare.Trigrams(nil, "bakkery")
	fmt.Printf("%.2f\n", compare.Jaccard(a, b))
	// Output: 0.46
}

func ExampleSoftTFIDF() {
	tokens := []string{"bakkerij", "janssens", "jansens", "zonen"}
	const bakkerij, janssens, jansens, zonen = 0, 1, 2, 3
	names := compare.SoftTFIDF{
		Weights:   compare.IDF([]uint32{40, 2, 1, 30}, 100),
		Similar:   func(x, y uint32) float64 { return compare.JaroWinkler(tokens[x], tokens[y]) },
		Threshold: 0.9,
	}
	a := []uint32{bakkerij, janssens}
	fmt.Printf("%.2f\n", names.Compare(a, []uint32{bakkerij, jansens, zonen}))
	fmt.Printf("%.2f\n", names.Compare(a, []uint32{bakkerij, zonen}))
	// Output:
	// 0.91
	// 0.20
}

func ExampleBandKeys() {
	keys := func(name string) []uint64 {
		signature := make([]uint32, 32)
		compare.MinHash(signature, compare.Trigrams(nil, name))
		return compare.BandKeys(nil, signature, 2)
	}
	shared := 0
	for i, key := range keys("bakkerij janssens") {
		if key == keys("bakkerij jansens")[i] {
			shared++
		}
	}
	fmt.Println(shared > 0)
	// Output: true
}

func ExampleCommonTail() {
	fmt.Println(compare.CommonTail("+32475123456", "0475/12.34.56"))
	// Output: 9
}

func ExamplePhonetic() {
	for _, name := range []string{"Janssens", "Jansen", "Schmidt", "Smid", "Van Dyck", "Vandijk", "Philippe", "Filip"} {
		fmt.Print(compare.Phonetic(name), " ")
	}
	// Output: JANSEN JANSEN SMIT SMIT VANDIK VANDIK FILIP FILIP
}

func ExampleSameGiven() {
	fmt.Println(compare.SameGiven("Liesbeth", "Elisabeth"), compare.SameGiven("Bill", "Guillaume"), compare.SameGiven("Paul", "Paula"))
	// Output: true true false
}

func ExampleAgreeByInitial() {
	fmt.Println(compare.AgreeByInitial("j p", "jan pieter"), compare.AgreeByInitial("j", "piet"))
	// Output: true false
}

func ExampleAgreeByAcronym() {
	fmt.Println(compare.AgreeByAcronym("nmbs", "nationale maatschappij der belgische spoorwegen"))
	// Output: true
}
