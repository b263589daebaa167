package connectors

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// Kind sorts errors by who can do something about them.
type Kind uint8

// The kinds of error.
const (
	KindData        Kind = iota + 1 // the data is not what it should be
	KindConfig                      // the config is wrong
	KindEnvironment                 // a disk, a lock, a credential, a permission
	KindTransient                   // trying again later may help
)

// Error is an error with what a person needs to act on it.
type Error struct {
	Kind Kind
	// Code names the error for machines: missing_column, truncated, locked …
	Code string
	// Message says what happened, without personal data.
	Message string
	// Remedy says what to do next.
	Remedy string
	cause  error
}

// Errorf returns an Error whose message is formatted; what a %w operand wraps
// stays in its chain.
func Errorf(kind Kind, code, remedy, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Code: code, Message: err.Error(), Remedy: remedy, cause: errors.Unwrap(err)}
}

// Error returns the message and the remedy in one line.
func (e *Error) Error() string {
	if e.Remedy == "" {
		return e.Message
	}
	return e.Message + " (" + e.Remedy + ")"
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of the first Error in err's chain, 0 when there is
// none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// CodeOf returns the code of the first Error in err's chain, "" when there is
// none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// SystemError gives an error of the file system its kind, its code and what to
// do about it. An Error, and what it does not know, it returns as they are.
func SystemError(err error) error {
	var known *Error
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return Errorf(KindEnvironment, "disk_full", "free some space and run again", "%w", err)
	case errors.Is(err, fs.ErrPermission):
		return Errorf(KindEnvironment, "permission", "give the user that runs clientele access to it", "%w", err)
	}
	return err
}
