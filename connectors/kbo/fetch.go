package kbo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"clientele/connectors"
	"clientele/connectors/objects"
	"clientele/connectors/registry"
)

// extractNames are the names under which the register publishes extracts: those of
// before October 2025 have no day.
var extractNames = regexp.MustCompile(`^KboOpenData_(\d{1,9})_\d{4}_\d{2}(?:_\d{2})?_(Full|Update)\.zip$`)

// exampleName is such a name.
const exampleName = "KboOpenData_0140_2025_10_05_Full.zip"

// asideName is what a download is called until it is whole: names that begin with a
// dot are no extracts.
func asideName(name string) string { return "." + name + ".part" }

// offer is an extract that can be downloaded.
type offer struct {
	delivery connectors.Delivery
	name     string
	number   int
	full     bool
}

// From has extracts that the copy lacks downloaded from where files are, in a store.
func (r *Register) From(files *objects.Files) *Register {
	r.server = files
	return r
}

// Fetches implements registry.Fetcher.
func (r *Register) Fetches() bool { return r.server != nil }

// Fetch implements registry.Fetcher: it downloads what brings the copy, and the extracts
// that lie at the paths already, up to date. What is missing between these and those
// that can be downloaded is an error with the code "kbo_gap"; what can be used
// nonetheless is downloaded before.
func (r *Register) Fetch(ctx context.Context, each func(registry.Fetched)) (err error) {
	if r.server == nil {
		return connectors.Errorf(connectors.KindConfig, "no_server", "write registries: { kbo: { fetch: sftp://user@host/folder/*.zip } }, or download them from the open data portal of KBO", "the config does not say where extracts of KBO are fetched from")
	}
	unlock, err := r.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	at, err := r.reached(ctx)
	if err != nil {
		return err
	}
	offered, err := r.offered(ctx)
	if err != nil {
		return err
	}
	chosen, gap := lacking(at, offered)
	for _, o := range chosen {
		if err := r.download(ctx, o); err != nil {
			return err
		}
		each(registry.Fetched{Name: o.name, Size: o.delivery.Size})
	}
	return gap
}

// reached returns the number up to which the copy comes with the extracts that are here.
func (r *Register) reached(ctx context.Context) (int, error) {
	have, err := r.have(ctx)
	if err != nil {
		return 0, err
	}
	here, err := r.here(ctx)
	if err != nil {
		return 0, err
	}
	at, updates := have.Number, map[int]bool{}
	for _, n := range here {
		if n.Full {
			at = max(at, n.Number)
		} else {
			updates[n.Number] = true
		}
	}
	for at > 0 && updates[at+1] {
		at++
	}
	return at, nil
}

// offered lists the extracts on the server, in the order of their numbers.
func (r *Register) offered(ctx context.Context) ([]offer, error) {
	listed, err := r.server.List(ctx)
	if err != nil {
		return nil, err
	}
	var out []offer
	for _, d := range listed {
		name := path.Base(d.Name)
		if m := extractNames.FindStringSubmatch(name); m != nil {
			number, _ := strconv.Atoi(m[1]) // nine digits
			out = append(out, offer{d, name, number, m[2] == "Full"})
		}
	}
	if len(out) == 0 {
		return nil, connectors.Errorf(connectors.KindConfig, "no_extract", "correct registries.kbo.fetch", "there is no extract like %s where registries.kbo.fetch looks", exampleName)
	}
	slices.SortFunc(out, func(a, b offer) int { return cmp.Or(cmp.Compare(a.number, b.number), strings.Compare(a.name, b.name)) })
	return out, nil
}

// lacking chooses the extracts that bring a copy from a number, 0 for no copy, to the
// newest one that is offered: the updates that follow, or the newest full extract where
// there is a gap in them, and the updates that follow that.
func lacking(at int, offered []offer) ([]offer, error) {
	newest := offered[len(offered)-1].number
	chosen, reached := following(at, offered)
	if reached < newest {
		for _, o := range slices.Backward(offered) {
			if !o.full || o.number <= at {
				continue
			}
			if updates, to := following(o.number, offered); to > reached {
				chosen, reached = slices.Insert(updates, 0, o), to
			}
			break // none before it reaches further
		}
	}
	if reached >= newest {
		return chosen, nil
	}
	remedy := fmt.Sprintf("get the full extract KboOpenData_%04d_…_Full.zip, or a later one, from the open data portal of KBO, and lay it with the others", reached+1)
	if reached == 0 {
		return nil, connectors.Errorf(connectors.KindConfig, "kbo_gap", remedy, "there is no copy of KBO yet, and no full extract is offered to begin with")
	}
	return chosen, connectors.Errorf(connectors.KindConfig, "kbo_gap", remedy, "update %d of KBO is offered no more, and extracts up to %d are", reached+1, newest)
}

// following returns the updates that follow a number without a gap, and the number that
// they reach. Nothing follows 0.
func following(at int, offered []offer) (updates []offer, reached int) {
	for _, o := range offered {
		if at > 0 && !o.full && o.number == at+1 {
			updates, at = append(updates, o), o.number
		}
	}
	return updates, at
}

// download puts an extract where the paths find it, when it is whole: until then it
// lies beside that under a name that is passed over.
func (r *Register) download(ctx context.Context, o offer) (err error) {
	target, ok := placeFor(r.extracts, o.name)
	if !ok {
		return connectors.Errorf(connectors.KindConfig, "no_place", "write path: registries/KboOpenData_*.zip", "registries.kbo.path would not find %s", o.name)
	}
	folder := filepath.Dir(target)
	if err := os.MkdirAll(folder, privateDir); err != nil {
		return connectors.SystemError(err)
	}
	left, err := filepath.Glob(filepath.Join(escaped(folder), asideName("KboOpenData_*")))
	if err != nil {
		return err
	}
	for _, path := range left { // of a program that was killed
		if err := removed(path); err != nil {
			return err
		}
	}
	aside := filepath.Join(folder, asideName(o.name))
	defer func() {
		if err != nil {
			err = errors.Join(err, removed(aside))
		}
	}()
	if err := r.save(ctx, o, aside); err != nil {
		return err
	}
	if err := whole(aside, o); err != nil {
		return err
	}
	if err := os.Rename(aside, target); err != nil {
		return connectors.SystemError(err)
	}
	return nil
}

// save downloads an extract to a file.
func (r *Register) save(ctx context.Context, o offer, path string) (err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, privateFile)
	if err != nil {
		return connectors.SystemError(err)
	}
	defer func() { err = errors.Join(err, connectors.SystemError(file.Close())) }()
	if err := r.server.Save(ctx, o.delivery, file); err != nil {
		return err
	}
	return connectors.SystemError(file.Sync())
}

// whole checks that a file is the extract that its name says.
func whole(path string, o offer) error {
	e, err := OpenExtract(path)
	if err != nil {
		return err
	}
	defer e.Close()
	if e.Number != o.number || e.Full != o.full {
		return connectors.Errorf(connectors.KindData, "bad_extract", "tell who runs the server; until it is put right, download it from the open data portal of KBO", "%s is extract %d by its meta.csv", o.name, e.Number)
	}
	return nil
}

// placeFor returns the path that the first of the patterns which finds files of a name
// has for it.
func placeFor(patterns []string, name string) (path string, ok bool) {
	for _, p := range patterns {
		folder, base := filepath.Split(p)
		if found, err := filepath.Match(base, name); err == nil && found && !strings.ContainsAny(folder, `*?[\`) {
			return filepath.Join(folder, name), true
		}
	}
	return "", false
}

// escaped makes a pattern of a path.
func escaped(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// lock keeps two processes from downloading to the same files. The system frees it when
// its process dies.
func (r *Register) lock() (unlock func() error, err error) {
	if err := os.MkdirAll(filepath.Dir(r.place.Path), privateDir); err != nil {
		return nil, connectors.SystemError(err)
	}
	file, err := os.OpenFile(r.place.Path+".fetch", os.O_CREATE|os.O_RDWR, privateFile)
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = connectors.Errorf(connectors.KindEnvironment, "locked", "wait until it has ended", "extracts of KBO are being fetched by another process")
		}
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil
}
