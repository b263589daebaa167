package objects

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/aws/smithy-go"
	"gocloud.dev/gcerrors"
	"golang.org/x/crypto/ssh/knownhosts"

	"clientele/connectors"
)

// failure sorts an error of a store, met while name was asked for. What the store
// itself says is not quoted: it may name keys and accounts.
func failure(ctx context.Context, name string, err error) error {
	var known *connectors.Error
	var host *knownhosts.KeyError
	var api smithy.APIError
	var network *net.OpError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &known):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return connectors.Errorf(connectors.KindEnvironment, "file_vanished", "put it back, or run again to read what is there now", "%s is not there, or gone since it was listed", name)
	case errors.As(err, &host):
		return connectors.Errorf(connectors.KindEnvironment, "host_key", "ask the server's owner whether its key changed; if so, correct the file of store.known_hosts", "%s: the server shows another key than is known of it", name)
	case strings.Contains(err.Error(), "unable to authenticate"), bloberror.HasCode(err, bloberror.AuthenticationFailed),
		errors.As(err, &api) && (api.ErrorCode() == "InvalidAccessKeyId" || api.ErrorCode() == "SignatureDoesNotMatch"):
		return connectors.Errorf(connectors.KindEnvironment, "credentials", "check store in the config, or the environment of the program", "%s: the store does not take the credentials", name)
	case gcerrors.Code(err) == gcerrors.PermissionDenied, errors.Is(err, fs.ErrPermission),
		bloberror.HasCode(err, bloberror.AuthorizationFailure, bloberror.AuthorizationPermissionMismatch, bloberror.InsufficientAccountPermissions):
		return connectors.Errorf(connectors.KindEnvironment, "permission", "give the user that reads it access: to list the folder, and to read the files", "%s: the store does not let it be read", name)
	case errors.As(err, &network):
		return connectors.Errorf(connectors.KindTransient, "unreachable", "check the network and the name of the store, then run again", "%s: %w", name, network)
	}
	return connectors.Errorf(connectors.KindTransient, "unreachable", "check the network and the name of the store, then run again", "%s: the store broke off, or can't be reached", name)
}
