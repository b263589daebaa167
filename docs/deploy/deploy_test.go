// Package deploy holds the examples of this folder, and the Dockerfile, to the
// definitions of those who read them: the types of Kubernetes and Cloud Run, and
// BuildKit's parser. It is a module of its own, so that the program depends on
// none of them.
package deploy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	run "google.golang.org/api/run/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// documents returns the documents of a YAML file as JSON, by their kinds.
func documents(t *testing.T, file string) map[string][]byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]byte{}
	for _, part := range bytes.Split(text, []byte("\n---\n")) {
		doc, err := yaml.YAMLToJSONStrict(part)
		if err != nil {
			t.Fatal(err)
		}
		var head struct{ Kind, APIVersion string }
		if err := json.Unmarshal(doc, &head); err != nil {
			t.Fatal(err)
		}
		found[head.APIVersion+" "+head.Kind] = doc
	}
	return found
}

// strictly reads a document into its type; a field that the type has not is an
// error.
func strictly(doc []byte, into any) error {
	if doc == nil {
		return fmt.Errorf("there is no such document")
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

func TestKubernetes(t *testing.T) {
	docs := documents(t, "kubernetes.yaml")
	var claim core.PersistentVolumeClaim
	if err := strictly(docs["v1 PersistentVolumeClaim"], &claim); err != nil {
		t.Error(err)
	}
	var job batch.CronJob
	if err := strictly(docs["batch/v1 CronJob"], &job); err != nil {
		t.Fatal(err)
	}
	if len(docs) != 2 {
		t.Errorf("%d documents", len(docs))
	}
	pod := job.Spec.JobTemplate.Spec.Template.Spec
	c := pod.Containers[0]
	switch {
	case job.Spec.ConcurrencyPolicy != batch.ForbidConcurrent:
		t.Error("two nights may run at once")
	case pod.RestartPolicy != core.RestartPolicyNever: // which the policy of failures asks for
		t.Error("restart policy")
	case job.Spec.JobTemplate.Spec.PodFailurePolicy.Rules[0].OnExitCodes.ContainerName == nil || *job.Spec.JobTemplate.Spec.PodFailurePolicy.Rules[0].OnExitCodes.ContainerName != c.Name:
		t.Error("the policy of failures is of another container")
	case !*c.SecurityContext.ReadOnlyRootFilesystem, !*pod.SecurityContext.RunAsNonRoot, *c.SecurityContext.AllowPrivilegeEscalation:
		t.Error("the container may do more than it needs")
	}
	for _, mount := range c.VolumeMounts {
		if !slices.ContainsFunc(pod.Volumes, func(v core.Volume) bool { return v.Name == mount.Name }) {
			t.Errorf("no volume %s", mount.Name)
		}
	}
	// It would find a field that there is not.
	if err := strictly(bytes.Replace(docs["batch/v1 CronJob"], []byte("timeZone"), []byte("timezon"), 1), &batch.CronJob{}); err == nil {
		t.Error("a field that is misspelt is let pass")
	}
}

func TestKubernetesSecret(t *testing.T) {
	docs := documents(t, "kubernetes-secret.yaml")
	var secret core.Secret
	if err := strictly(docs["v1 Secret"], &secret); err != nil {
		t.Fatal(err)
	}
	var job batch.CronJob
	if err := strictly(documents(t, "kubernetes.yaml")["batch/v1 CronJob"], &job); err != nil {
		t.Fatal(err)
	}
	if from := job.Spec.JobTemplate.Spec.Template.Spec.Containers[0].EnvFrom[0].SecretRef.Name; from != secret.Name {
		t.Errorf("the job reads the secret %s, and the example is %s", from, secret.Name)
	}
}

func TestCloudRun(t *testing.T) {
	var job run.Job
	if err := strictly(documents(t, "cloudrun.yaml")["run.googleapis.com/v1 Job"], &job); err != nil {
		t.Fatal(err)
	}
	task := job.Spec.Template.Spec.Template.Spec
	if len(task.Containers) != 1 || task.TimeoutSeconds != 8*3600 || task.Containers[0].Env[0].ValueFrom.SecretKeyRef.Name != "FORMS_TOKEN" {
		t.Errorf("task %+v", task)
	}
	for _, mount := range task.Containers[0].VolumeMounts {
		if !slices.ContainsFunc(task.Volumes, func(v *run.Volume) bool { return v.Name == mount.Name }) {
			t.Errorf("no volume %s", mount.Name)
		}
	}
}

func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range tree.Warnings {
		t.Error(w.Short)
	}
	lint := linter.New(&linter.Config{Warn: func(rule, _, _, short string, _ []parser.Range) { t.Errorf("%s: %s", rule, short) }})
	stages, _, err := instructions.Parse(tree.AST, lint)
	if err != nil {
		t.Fatal(err)
	}
	last := stages[len(stages)-1]
	if !strings.Contains(last.BaseName, "distroless") {
		t.Errorf("the image is made of %s", last.BaseName)
	}
	user, volume := "", false
	for _, c := range last.Commands {
		switch c := c.(type) {
		case *instructions.UserCommand:
			user = c.User
		case *instructions.VolumeCommand:
			volume = slices.Contains(c.Volumes, "/var/lib/clientele")
		case *instructions.RunCommand:
			t.Error("there is no shell to run anything with")
		case *instructions.CopyCommand:
			if c.From != "" && !slices.ContainsFunc(stages, func(s instructions.Stage) bool { return s.Name == c.From }) {
				t.Errorf("copies from %s, which is no stage", c.From)
			}
		}
	}
	if !regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`).MatchString(user) {
		t.Errorf("runs as %q: Kubernetes takes only numbers for somebody else than root", user)
	}
	if !volume {
		t.Error("no volume for what lasts")
	}
}
