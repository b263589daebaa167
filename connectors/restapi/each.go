package restapi

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"clientele/connectors"
	"clientele/connectors/jsonrows"
)

// each joins the name of a source and the id of a thing that it is asked for.
const each = "#"

// things is the list of what is asked for what it has.
func (s *Source) things() *list {
	e := &s.config.Each
	return &list{request: &e.Request, url: e.URL, records: jsonrows.Path(e.Records), failure: jsonrows.Path(s.config.Failure), pages: &e.Pages, cursor: &e.Cursor}
}

// listThings returns a delivery per thing. Only the last says where the source
// stands, as none of the others stands for those behind it.
func (s *Source) listThings(ctx context.Context, after string) ([]connectors.Delivery, error) {
	a, v, err := s.ask(ctx)
	if err != nil {
		return nil, err
	}
	defer a.client.Close()
	var out []connectors.Delivery
	kept := map[string]json.RawMessage{}
	p := &pull{list: s.things(), now: s.project.Outside.Now, since: after}
	p.each = func(thing json.RawMessage) error {
		at := jsonrows.At(thing, jsonrows.Path(s.config.Each.ID))
		if at == nil {
			return connectors.Errorf(connectors.KindConfig, "missing_id", "check each.id", "a thing of the list has no %s", s.config.Each.ID)
		}
		id := string(jsonrows.Text(at))
		if kept[id] == nil { // a list that shifts while it is paged says some twice
			out = append(out, connectors.Delivery{Name: s.name + each + id, Named: true, Cursor: after})
			kept[id] = s.keep(thing)
		}
		return nil
	}
	if err := p.run(ctx, a, v); err != nil {
		return nil, err
	}
	if len(out) > 0 {
		out[len(out)-1].Cursor = p.end()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = kept
	return out, nil
}

// keep returns what records get of a thing, as the object that stands in them.
func (s *Source) keep(thing json.RawMessage) json.RawMessage {
	o := map[string]json.RawMessage{}
	for _, path := range s.config.Each.Keep {
		if v := jsonrows.At(thing, jsonrows.Path(path)); v != nil {
			o[path] = v
		}
	}
	out, _ := json.Marshal(o) // valid JSON always can be
	return out
}

// thing returns what the records of a delivery get of the thing that it is of, nil
// for nothing, and lets {id} stand for it.
func (s *Source) thing(ctx context.Context, d connectors.Delivery, v values) (json.RawMessage, error) {
	_, id, ok := strings.Cut(d.Name, each)
	if !ok || !s.config.Each.Used {
		return nil, nil
	}
	v[valueID] = quoted(id)
	if len(s.config.Each.Keep) == 0 {
		return nil, nil
	}
	if thing := s.known(id); thing != nil {
		return thing, nil
	}
	if _, err := s.listThings(ctx, ""); err != nil { // opened by another than who listed
		return nil, err
	}
	if thing := s.known(id); thing != nil {
		return thing, nil
	}
	return nil, connectors.Errorf(connectors.KindData, "not_found", "run again to read what is there now", "it is no longer listed")
}

func (s *Source) known(id string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[id]
}

// joined returns a record with what it gets of its thing.
func joined(thing, record json.RawMessage) json.RawMessage {
	if thing == nil || len(record) == 0 || record[0] != '{' {
		return record
	}
	out := append([]byte(`{"each":`), thing...)
	if string(bytes.TrimSpace(record[1:])) != "}" {
		out = append(out, ',')
	}
	return append(out, record[1:]...)
}
