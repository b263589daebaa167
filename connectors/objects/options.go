package objects

import "clientele/schemas/option"

// Options say how stores are reached. Each store takes what is its own of them.
type Options struct {
	// Endpoint is the URL of another server than the provider's own.
	Endpoint string
	// Region of S3.
	Region string
	// AccessKey and SecretKey of S3; those of the environment where they are "".
	AccessKey, SecretKey string
	// Account of Azure, and its key; the identity of the environment where the
	// key is "".
	Account, AccountKey string
	// Credentials is a file of Google Cloud; "" for those of the environment.
	Credentials string
	// Password, or PrivateKey, a file, with its Passphrase, for SFTP.
	Password, PrivateKey, Passphrase string
	// KnownHosts is the file that the keys of SFTP servers are checked by.
	KnownHosts string
}

// Spec adds the options to those of a connector, as the object store.
func (o *Options) Spec(connector *option.Spec) {
	s := connector.Object("store", "how files are reached whose path is an address: s3://bucket/key, gs://bucket/key, azblob://container/key, sftp://user@host:22/path from the root, "+
		"with * as in any path (docs/stores.md)").Example("{ region: eu-west-1 }").Spec()
	s.String(&o.Endpoint, "endpoint", "", "URL of another server than the provider's own").Example("https://minio.example:9000")
	s.String(&o.Region, "region", "", "region of S3; that of the environment where it is left out").Example("eu-west-1")
	s.String(&o.AccessKey, "access_key", "", "access key of S3; the credentials of the environment where it is left out").Secret().Example(`"${S3_KEY}"`)
	s.String(&o.SecretKey, "secret_key", "", "secret of the access key").Secret().Example(`"${S3_SECRET}"`)
	s.String(&o.Account, "account", "", "storage account of Azure").Example("shopfiles")
	s.String(&o.AccountKey, "account_key", "", "key of the account; the identity of the environment where it is left out").Secret().Example(`"${AZURE_KEY}"`)
	s.String(&o.Credentials, "credentials", "", "file with the key of a service account of Google Cloud; the credentials of the environment where it is left out").Example("secrets/reader.json")
	s.String(&o.Password, "password", "", "password of the user of SFTP").Secret().Example(`"${SFTP_PASSWORD}"`)
	s.String(&o.PrivateKey, "private_key", "", "file with the private key of the user of SFTP").Example("secrets/id_ed25519")
	s.String(&o.Passphrase, "passphrase", "", "what the private key is locked by").Secret().Example(`"${SFTP_PASSPHRASE}"`)
	s.String(&o.KnownHosts, "known_hosts", "", "file with the keys of SFTP servers, as ssh-keyscan prints them; a server that is not in it is not read from").Example("secrets/known_hosts")
}
