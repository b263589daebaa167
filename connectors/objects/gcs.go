package objects

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
	"google.golang.org/api/storage/v1"

	"clientele/connectors"
)

// cloud is a bucket of Google Cloud Storage. It is read by the client that the
// warehouse loads files with: that of package blob would bring a second one,
// with all of gRPC's service mesh.
type cloud struct {
	objects *storage.ObjectsService
	bucket  string
}

func openGCS(ctx context.Context, p place, o Options, dir string) (store, error) {
	with := []option.ClientOption{option.WithScopes(storage.DevstorageReadOnlyScope)}
	switch {
	case o.Endpoint != "":
		with = []option.ClientOption{option.WithEndpoint(strings.TrimRight(o.Endpoint, "/") + "/storage/v1/"), option.WithoutAuthentication()}
	case o.Credentials != "":
		credentials, err := googleCredentials(dir, o.Credentials)
		if err != nil {
			return nil, err
		}
		with = append(with, credentials)
	}
	service, err := storage.NewService(ctx, with...)
	if err != nil {
		return nil, errCredentials("Google Cloud")
	}
	return &cloud{service.Objects, p.host}, nil
}

// googleCredentials reads which kind of credentials a file holds.
func googleCredentials(dir, name string) (option.ClientOption, error) {
	text, err := os.ReadFile(within(dir, name))
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "credentials", "check store.credentials in the config", "read the credentials of Google Cloud: %w", err)
	}
	var file struct {
		Type option.CredentialsType `json:"type"`
	}
	if err := json.Unmarshal(text, &file); err != nil || file.Type == "" {
		return nil, connectors.Errorf(connectors.KindConfig, "credentials", "name the JSON file that Google Cloud gave for the service account", "%s holds no credentials of Google Cloud", name)
	}
	return option.WithAuthCredentialsJSON(file.Type, text), nil
}

func (c *cloud) find(ctx context.Context, pattern string) ([]object, error) {
	prefix, deep := prefixOf(pattern)
	list := c.objects.List(c.bucket).Prefix(prefix)
	if !deep {
		list = list.Delimiter("/")
	}
	var found []object
	err := list.Pages(ctx, func(page *storage.Objects) error {
		for _, item := range page.Items {
			if ok, _ := path.Match(pattern, item.Name); ok { // the pattern was tried
				found = append(found, stored(item))
			}
		}
		return nil
	})
	return found, absent(err)
}

func (c *cloud) stat(ctx context.Context, key string) (object, error) {
	item, err := c.objects.Get(c.bucket, key).Context(ctx).Do()
	if err != nil {
		return object{}, absent(err)
	}
	return stored(item), nil
}

func stored(item *storage.Object) object {
	o := object{key: item.Name, size: int64(item.Size), version: strconv.FormatInt(item.Generation, 10)}
	o.modified, _ = time.Parse(time.RFC3339, item.Updated) // zero where it is not told
	if sum, err := base64.StdEncoding.DecodeString(item.Md5Hash); err == nil && len(sum) > 0 {
		o.sum = sum
	}
	return o
}

func (c *cloud) open(ctx context.Context, key string) (io.ReadCloser, error) {
	answer, err := c.objects.Get(c.bucket, key).Context(ctx).Download()
	if err != nil {
		return nil, absent(err)
	}
	return answer.Body, nil
}

// absent makes an error of package fs of an answer that says the same.
func absent(err error) error {
	var api *googleapi.Error
	if errors.As(err, &api) {
		switch api.Code {
		case http.StatusNotFound:
			return fs.ErrNotExist
		case http.StatusForbidden, http.StatusUnauthorized:
			return fmt.Errorf("%w: status %d", fs.ErrPermission, api.Code)
		}
	}
	return err
}

// Close does nothing: connections are those of the process.
func (c *cloud) Close() error { return nil }
