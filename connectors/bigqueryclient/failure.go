package bigqueryclient

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/googleapi"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"

	"clientele/connectors"
)

// advice is what is said of an error of BigQuery, by its reason. What it says
// itself is kept where that quotes no value of a row.
type advice struct {
	kind         connectors.Kind
	code, remedy string
	said         string // in place of the message; "" for BigQuery's own
}

var byReason = map[string]advice{
	"accessDenied": {connectors.KindEnvironment, "permission",
		"give the account the roles that docs/bigquery.md lists", ""},
	"notFound": {connectors.KindEnvironment, "not_found",
		"check `project`, `dataset` and `location`: what lies in another location is not found", ""},
	"quotaExceeded":        {connectors.KindTransient, "quota", "run again later, or ask for a higher quota in the Google Cloud console", ""},
	"rateLimitExceeded":    {connectors.KindTransient, "quota", "run again in a few minutes", ""},
	"jobRateLimitExceeded": {connectors.KindTransient, "quota", "run again in a few minutes", ""},
	"resourcesExceeded":    {connectors.KindEnvironment, "resources", "give the project a reservation with more slots", ""},
	"bytesBilledLimitExceeded": {connectors.KindConfig, "bytes_limit",
		"raise `maximum_bytes_billed`, or read less at a time", "a statement would cost more than `maximum_bytes_billed` allows"},
	"billingNotEnabled": {connectors.KindEnvironment, "billing", "link the project to a billing account: the sandbox has no transactions and no load into existing tables", ""},
	"invalidQuery":      {connectors.KindConfig, "bad_sql", "", ""},
	"invalid":           {connectors.KindConfig, "invalid", "", ""},
	"notImplemented":    {connectors.KindEnvironment, "unsupported", "this engine lacks what Clientele needs", ""},
	"stopped":           {connectors.KindTransient, "stopped", "run again", "the job was stopped"},
	"backendError":      {connectors.KindTransient, "unavailable", "run again later", ""},
	"internalError":     {connectors.KindTransient, "unavailable", "run again later", ""},
}

var byStatus = map[int]string{
	http.StatusForbidden: "accessDenied", http.StatusNotFound: "notFound", http.StatusTooManyRequests: "rateLimitExceeded",
	http.StatusNotImplemented: "notImplemented", http.StatusBadRequest: "invalid",
	http.StatusInternalServerError: "backendError", http.StatusBadGateway: "backendError", http.StatusServiceUnavailable: "backendError",
}

var byGRPC = map[codes.Code]string{
	codes.PermissionDenied: "accessDenied", codes.NotFound: "notFound", codes.ResourceExhausted: "rateLimitExceeded",
	codes.Unimplemented: "notImplemented", codes.InvalidArgument: "invalid", codes.Internal: "backendError", codes.Unavailable: "backendError",
}

var (
	// quoted values of rows stand in such quotes; names of tables and columns too,
	// which are no secret but can't be told apart.
	quoted = regexp.MustCompile(`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`)
	// ofValues are messages about values of rows.
	ofValues = regexp.MustCompile(`(?i)bad (int64|double|bool|numeric|date|timestamp|string)|could not (cast|convert|parse)|invalid (date|timestamp|numeric|int64|value)|out of range|overflow|division by zero|conversion error|failed to parse`)
)

// Failure turns an error of BigQuery into one that says whose it is and what to
// do. No value of a row comes through.
func Failure(err error) error {
	var known *connectors.Error
	var api *googleapi.Error
	var job *bigquery.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &job):
		return advise(job.Reason, job.Message)
	case errors.As(err, &api):
		reason := byStatus[api.Code]
		if len(api.Errors) > 0 && byReason[api.Errors[0].Reason].code != "" {
			reason = api.Errors[0].Reason
		}
		return advise(reason, api.Message)
	case errors.Is(err, context.DeadlineExceeded):
		return connectors.Errorf(connectors.KindTransient, "timeout", "run again; see the job in the Google Cloud console", "BigQuery did not answer in time")
	}
	if s, ok := grpcstatus.FromError(err); ok {
		if s.Code() == codes.Canceled {
			return context.Canceled
		}
		return advise(byGRPC[s.Code()], s.Message())
	}
	if strings.Contains(err.Error(), "credentials") {
		return connectors.Errorf(connectors.KindEnvironment, "credentials", "name a file with `credentials`, or run: gcloud auth application-default login", "BigQuery: %w", err)
	}
	return connectors.Errorf(connectors.KindTransient, "unreachable", "check the network, then run again", "BigQuery: %w", connectors.SystemError(err))
}

func advise(reason, message string) error {
	if ofValues.MatchString(message) {
		return connectors.Errorf(connectors.KindData, "bad_value", "", "bigquery: a value can't be what a statement asks for")
	}
	a, ok := byReason[reason]
	if !ok {
		a = advice{connectors.KindEnvironment, "engine", "run again; if it comes back, see the job in the Google Cloud console", ""}
	}
	said := a.said
	if said == "" {
		first, _, _ := strings.Cut(message, "\n")
		said = quoted.ReplaceAllString(first, "'…'")
	}
	return connectors.Errorf(a.kind, a.code, a.remedy, "bigquery: %s", said)
}
