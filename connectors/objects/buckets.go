package objects

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path"
	"path/filepath"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"
	"gocloud.dev/blob"
	"gocloud.dev/blob/azureblob"
	"gocloud.dev/blob/s3blob"
	"gocloud.dev/gcerrors"

	"clientele/connectors"
)

// bucket is a store of package blob.
type bucket struct{ *blob.Bucket }

// brief keeps no connection: a client lives for one listing or one file, and
// nothing else would end its connections.
func brief(t *http.Transport) { t.DisableKeepAlives = true }

func openS3(ctx context.Context, p place, o Options, _ string) (store, error) {
	// It would write to standard error what nobody can act on.
	with := []func(*awsconfig.LoadOptions) error{awsconfig.WithLogger(logging.Nop{}), awsconfig.WithHTTPClient(awshttp.NewBuildableClient().WithTransportOptions(brief))}
	if o.Region != "" {
		with = append(with, awsconfig.WithRegion(o.Region))
	}
	if o.AccessKey != "" {
		with = append(with, awsconfig.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(o.AccessKey, o.SecretKey, "")))
	}
	config, err := awsconfig.LoadDefaultConfig(ctx, with...)
	if err != nil {
		return nil, err
	}
	client := s3.NewFromConfig(config, func(s *s3.Options) {
		if o.Endpoint != "" { // which seldom knows a bucket by its host name
			s.BaseEndpoint, s.UsePathStyle = aws.String(o.Endpoint), true
		}
	})
	b, err := s3blob.OpenBucket(ctx, client, p.host, nil)
	return &bucket{b}, err
}

func openAzure(ctx context.Context, p place, o Options, _ string) (store, error) {
	if o.Account == "" {
		return nil, connectors.Errorf(connectors.KindConfig, "missing_option", "name the storage account by store: { account: … }", "azblob:// needs a storage account")
	}
	server := "https://" + o.Account + ".blob.core.windows.net"
	if o.Endpoint != "" {
		server = strings.TrimRight(o.Endpoint, "/") + "/" + o.Account
	}
	client, err := azureClient(server+"/"+p.host, o)
	if err != nil {
		return nil, errCredentials("Azure")
	}
	b, err := azureblob.OpenBucket(ctx, client, nil)
	return &bucket{b}, err
}

// azureClient returns a client of a container. Its errors may quote the key.
func azureClient(address string, o Options) (*container.Client, error) {
	if o.AccountKey != "" {
		key, err := azblob.NewSharedKeyCredential(o.Account, o.AccountKey)
		if err != nil {
			return nil, err
		}
		return container.NewClientWithSharedKeyCredential(address, key, nil)
	}
	identity, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		return nil, err
	}
	return container.NewClient(address, identity, nil)
}

func errCredentials(provider string) error {
	return connectors.Errorf(connectors.KindEnvironment, "credentials", "check store in the config, or the environment of the program", "there are no credentials of %s that can be used", provider)
}

// within returns a path of the config.
func within(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// prefixOf returns the text of a pattern up to its first wildcard, and whether
// what matches can stand in folders below it.
func prefixOf(pattern string) (prefix string, deep bool) {
	prefix = pattern[:strings.IndexAny(pattern, `*?[\`)]
	return prefix, strings.Contains(pattern[len(prefix):], "/")
}

// find lists what stands below the pattern's text up to its first wildcard.
func (b *bucket) find(ctx context.Context, pattern string) ([]object, error) {
	prefix, deep := prefixOf(pattern)
	o := &blob.ListOptions{Prefix: prefix}
	if !deep {
		o.Delimiter = "/"
	}
	var found []object
	for list := b.List(o); ; {
		item, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, gone(err)
		}
		if ok, _ := path.Match(pattern, item.Key); !ok || item.IsDir {
			continue
		}
		if item.MD5 == nil {
			o, err := b.stat(ctx, item.Key)
			if errors.Is(err, fs.ErrNotExist) {
				continue // gone since it was listed
			}
			if err != nil {
				return nil, err
			}
			found = append(found, o)
			continue
		}
		found = append(found, object{key: item.Key, size: item.Size, modified: item.ModTime, sum: item.MD5})
	}
}

func (b *bucket) stat(ctx context.Context, key string) (object, error) {
	a, err := b.Attributes(ctx, key)
	if err != nil {
		return object{}, gone(err)
	}
	return object{key: key, size: a.Size, modified: a.ModTime, sum: a.MD5, version: a.ETag}, nil
}

func (b *bucket) open(ctx context.Context, key string) (io.ReadCloser, error) {
	r, err := b.NewReader(ctx, key, nil)
	return r, gone(err)
}

// gone makes fs.ErrNotExist of what a provider says of an object that is not
// there.
func gone(err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return fs.ErrNotExist
	}
	return err
}
