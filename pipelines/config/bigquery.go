package config

import (
	"errors"
	"fmt"
	"regexp"

	"clientele/schemas"
	"clientele/schemas/option"
)

// BigQuery are the options of the warehouse in Google Cloud.
type BigQuery struct {
	Project            string
	Dataset            string
	Location           string
	Credentials        string // file; "" for those of the environment
	KMSKey             string
	Bucket             string
	MaximumBytesBilled int
	PolicyTags         map[string]string // by category of personal data
	Labels             map[string]string
}

var (
	datasetName  = regexp.MustCompile(`^[A-Za-z0-9_]{1,900}$`)
	labelKey     = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,62}$`)
	labelText    = regexp.MustCompile(`^[a-z0-9_-]{0,63}$`)
	kmsKeyName   = regexp.MustCompile(`^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$`)
	policyTagRef = regexp.MustCompile(`^projects/[^/]+/locations/[^/]+/taxonomies/[^/]+/policyTags/[^/]+$`)
)

func (b *BigQuery) spec(s *option.Spec) {
	s.String(&b.Project, "project", "", "project of Google Cloud that holds the datasets and is billed").Required().Example("my-project")
	dataset := s.Func("dataset", "text", "dataset that readers see; those of the program itself are called like it, with _base_0, _base_1 and _staging behind", func(t string) error {
		if !datasetName.MatchString(t) {
			return fmt.Errorf("can't be %q: datasets have letters, digits and underscores", t)
		}
		b.Dataset = t
		return nil
	})
	dataset.Required().Example("customers")
	s.String(&b.Location, "location", "EU", "where the datasets lie and the work is done").Example("europe-west1")
	s.String(&b.Credentials, "credentials", "", "file with the key of a service account; the credentials of the environment (application default) where it is left out").Example("secrets/clientele.json")
	b.resource(s, &b.KMSKey, "kms_key", kmsKeyName, "key of Cloud KMS for datasets that the program makes", "projects/p/locations/europe/keyRings/r/cryptoKeys/k")
	s.String(&b.Bucket, "bucket", "", "bucket through which files are loaded, in the same location; each is uploaded by itself where it is left out").Example("gs://my-bucket")
	s.Int(&b.MaximumBytesBilled, "maximum_bytes_billed", 0, 0, 1<<62, "bytes that one statement may be billed for; 0 for no limit").Example("100_000_000_000")
	s.Pairs("policy_tags", "policy tags of published columns, by category of personal data: `clientele tables` shows which column holds which", func(category, tag string) error {
		if !knownCategory(category) {
			return fmt.Errorf("can't name %q: the categories are pseudonym, identity, contact, location, profile, behaviour and financial", category)
		}
		if !policyTagRef.MatchString(tag) {
			return errors.New("must be a policy tag like projects/p/locations/eu/taxonomies/1/policyTags/2")
		}
		b.PolicyTags = put(b.PolicyTags, category, tag)
		return nil
	}).Example(`{ identity: "projects/p/locations/eu/taxonomies/1/policyTags/2" }`)
	s.Pairs("labels", "labels of datasets, tables and jobs, for bills", func(key, value string) error {
		if !labelKey.MatchString(key) || !labelText.MatchString(value) {
			return errors.New("can't be a label: small letters, digits, - and _")
		}
		b.Labels = put(b.Labels, key, value)
		return nil
	}).Example("{ team: marketing }")
}

// resource adds an option that is the name of a resource of Google Cloud.
func (b *BigQuery) resource(s *option.Spec, p *string, name string, form *regexp.Regexp, doc, example string) {
	s.Func(name, "text", doc, func(t string) error {
		if !form.MatchString(t) {
			return errors.New("must be like " + example)
		}
		*p = t
		return nil
	}).Example(example)
}

func put(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

func knownCategory(name string) bool {
	for _, t := range schemas.Published() {
		for _, c := range t.Columns {
			if c.Personal != schemas.NotPersonal && string(c.Personal) == name {
				return true
			}
		}
	}
	return false
}
