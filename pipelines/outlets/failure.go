package outlets

import (
	"errors"
	"syscall"

	"clientele/connectors"
)

// failure says what a person can do about an error of the file system.
func failure(err error) error {
	var known *connectors.Error
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, syscall.EBUSY), errors.Is(err, syscall.EXDEV):
		return connectors.Errorf(connectors.KindEnvironment, "not_replaceable", "name a folder inside it: a mount point can't be renamed", "%w", err)
	}
	return connectors.SystemError(err)
}
