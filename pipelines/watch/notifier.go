package watch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"clientele/connectors"
	"clientele/connectors/httpclient"
	"clientele/connectors/notify"
	"clientele/pipelines"
	"clientele/pipelines/config"
)

// notifier sends messages about nights.
type notifier struct {
	config   *config.Config
	world    World
	client   *httpclient.Client
	channels []*config.Channel
	pings    []notify.Ping
}

func newNotifier(c *config.Config, w World) *notifier {
	n := &notifier{config: c, world: w, client: w.client(true)}
	for _, ch := range c.Notify {
		if ch.Ping.URL != "" {
			n.pings = append(n.pings, n.ping(ch.Ping))
		} else {
			n.channels = append(n.channels, ch)
		}
	}
	return n
}

func (n *notifier) ping(p config.Ping) notify.Ping {
	return notify.Ping{Client: n.client, URL: p.URL, StartURL: p.Start, FailURL: p.Fail}
}

// Name implements pipelines.Observer.
func (n *notifier) Name() string { return "notify" }

// Started implements pipelines.Observer.
func (n *notifier) Started(ctx context.Context, r *pipelines.Report) error {
	var todo []func() error
	for _, p := range n.pings {
		todo = append(todo, func() error { return p.Start(ctx, runID(n.config.Company.Name, r)) })
	}
	return together(todo)
}

// Ended implements pipelines.Observer.
func (n *notifier) Ended(ctx context.Context, r *pipelines.Report) error {
	m := n.message(r)
	var todo []func() error
	for _, ch := range n.channels {
		if !slices.ContainsFunc(m.Topics, func(t string) bool { return slices.Contains(ch.On, t) }) {
			continue
		}
		for _, l := range n.letters(ch, r, m) {
			todo = append(todo, func() error {
				if err := l.to.Send(ctx, l.message); err != nil {
					return fmt.Errorf("%s: %w", l.to.Name(), err)
				}
				return nil
			})
		}
	}
	id := runID(n.config.Company.Name, r)
	for _, p := range n.pings {
		todo = append(todo, func() error {
			if r.Status == connectors.RunPublished || r.Status == connectors.RunPartly {
				return p.Success(ctx, id, m)
			}
			return p.Fail(ctx, id, m)
		})
	}
	return together(todo)
}

// together does several things at once, so that one that hangs costs the others
// nothing, and returns what went wrong in their order.
func together(todo []func() error) error {
	errs := make([]error, len(todo))
	var wg sync.WaitGroup
	for i, do := range todo {
		wg.Go(func() { errs[i] = do() })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// letter is a message on its way.
type letter struct {
	to      notify.Sender
	message notify.Message
}

// letters returns what a channel sends of a message: all of it, what concerns its
// sources, or to each owner what concerns theirs.
func (n *notifier) letters(ch *config.Channel, r *pipelines.Report, m notify.Message) []letter {
	m.Held = n.concerned(r, m.Held)
	held := func(name string) bool {
		return slices.ContainsFunc(m.Held, func(h notify.Held) bool { return h.Source == name })
	}
	var out []letter
	if slices.Contains(ch.Mail, config.Owners) {
		theirs := map[string][]string{}
		for _, s := range n.config.Sources {
			wanted := len(ch.Sources) == 0 || slices.Contains(ch.Sources, s.Name)
			if address := s.OwnerAddress(); address != "" && wanted && held(s.Name) {
				theirs[address] = append(theirs[address], s.Name)
			}
		}
		for _, address := range slices.Sorted(maps.Keys(theirs)) {
			out = append(out, letter{notify.Mail(n.server(), address), m.About(theirs[address]...)})
		}
	}
	if len(ch.Sources) > 0 {
		about := slices.DeleteFunc(slices.Clone(ch.Sources), func(name string) bool { return !held(name) })
		if len(about) == 0 {
			return out
		}
		m = m.About(about...)
	} else {
		m = n.message(r)
	}
	for _, s := range n.fixed(ch) {
		out = append(out, letter{s, m})
	}
	return out
}

// concerned adds sources whose absence holds the whole night to those that are
// held back themselves.
func (n *notifier) concerned(r *pipelines.Report, held []notify.Held) []notify.Held {
	held = slices.Clone(held)
	for _, s := range n.config.Sources {
		for _, c := range r.Failed {
			if c.Check == s.Name+"."+pipelines.CheckMissing {
				held = append(held, notify.Held{Source: s.Name, Code: pipelines.CheckMissing, Why: c.Message})
			}
		}
	}
	return held
}

// fixed returns the senders of a channel that the config names.
func (n *notifier) fixed(ch *config.Channel) []notify.Sender {
	var out []notify.Sender
	switch {
	case ch.Slack != "":
		out = append(out, notify.Slack(n.client, ch.Slack))
	case ch.Teams != "":
		out = append(out, notify.Teams(n.client, ch.Teams))
	case ch.Webhook != "":
		out = append(out, notify.Webhook(n.client, ch.Webhook, ch.Secret, n.world.Now))
	}
	if to := slices.DeleteFunc(slices.Clone(ch.Mail), func(a string) bool { return a == config.Owners }); len(to) > 0 {
		out = append(out, notify.Mail(n.server(), to...))
	}
	return out
}

// senders returns the senders of a channel, with one that stands for owners.
func (n *notifier) senders(ch *config.Channel) []notify.Sender {
	out := n.fixed(ch)
	if slices.Contains(ch.Mail, config.Owners) && len(out) == 0 {
		var owners []string
		for _, s := range n.config.Sources {
			if a := s.OwnerAddress(); a != "" && !slices.Contains(owners, a) {
				owners = append(owners, a)
			}
		}
		if len(owners) > 0 {
			out = append(out, notify.Mail(n.server(), owners...))
		}
	}
	return out
}

func (n *notifier) server() notify.MailServer {
	m := n.config.Mail
	return notify.MailServer{Address: m.Server, User: m.User, Password: m.Password, From: m.From, Encryption: m.TLS, TLS: n.world.TLS, Host: n.world.Host, Timeout: timeout}
}

// topics returns what a run is word of.
func topics(r *pipelines.Report) []string {
	out := []string{map[connectors.RunStatus]string{connectors.RunPublished: config.TopicPublished, connectors.RunPartly: config.TopicPartly, connectors.RunHeld: config.TopicHeld}[r.Status]}
	if out[0] == "" {
		out[0] = config.TopicFailed
	}
	if r.Recovered() {
		out = append(out, config.TopicRecovered)
	}
	return out
}

// message returns the message about a run, with nothing in it that may not leave
// the house.
func (n *notifier) message(r *pipelines.Report) notify.Message {
	m := notify.Message{Version: notify.Version, ID: runID(n.config.Company.Name, r), Event: notify.EventNight, Topics: topics(r), Project: oneLine(n.config.Company.Name),
		Night: r.AsOf, Run: r.Run, Status: string(r.Status), Headline: r.Headline(), Host: n.world.Host, StartedAt: r.StartedAt.UTC(), FinishedAt: r.FinishedAt.UTC(), Next: r.Next()}
	if r.Status == connectors.RunRunning {
		m.Status = "stopped"
	}
	if r.Recovered() {
		m.Headline += ", after a night that was not"
	}
	if r.Run != "" {
		c := notify.Counts(r.Counts())
		m.Counts = &c
	}
	for _, h := range r.Held() {
		m.Held = append(m.Held, notify.Held{Source: h.Source, Code: h.Code, Why: oneLine(why(h))})
	}
	for _, c := range r.Failed {
		m.Failed = append(m.Failed, notify.Check{Check: c.Check, Message: oneLine(c.Message)})
	}
	if f := r.Error.Public(); f != nil {
		m.Error = &notify.Error{Code: f.Code, Message: oneLine(f.Message), Remedy: oneLine(f.Remedy)}
	}
	return m
}
