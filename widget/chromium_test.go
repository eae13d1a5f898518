package widget_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1, which finds what breaks WCAG 2.2 as far as a program can.
//
//go:embed testdata/axe.min.js
var axe string

// command is a call of the DevTools protocol without an answer of interest.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, c, params)
		return chromedp.Void{}, err
	}
}

// prefers sets media features by name: prefers-color-scheme, prefers-reduced-motion.
func (b *tab) prefers(features map[string]string) {
	b.t.Helper()
	var list []*emulation.MediaFeature
	for name, value := range features {
		list = append(list, &emulation.MediaFeature{Name: name, Value: value})
	}
	b.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: list}))
}

// accessible fails for each rule of WCAG 2.2 A and AA, and of good practice, that the page breaks as it is now.
func (b *tab) accessible(state string) {
	b.t.Helper()
	const rules = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`
	b.do(chromedp.Evaluate[chromedp.Void](`if (!window.axe) {` + axe + `} void 0`))
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](rules+`.then((r) => JSON.stringify(r.violations.map((v) => ({
		rule: v.id, help: v.help, nodes: v.nodes.map((n) => n.target.flat().join(' ') + ' — ' + n.failureSummary) }))))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	var violations []struct {
		Rule, Help string
		Nodes      []string
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range violations {
		b.t.Errorf("%s: %s (%s): %q", state, v.Help, v.Rule, v.Nodes)
	}
}

// picture keeps what is to be looked at by a person, where GUICHET_PICTURES names a folder.
func (b *tab) picture(name string) {
	b.t.Helper()
	folder := os.Getenv("GUICHET_PICTURES")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// spoken is the accessibility tree as a screen reader goes through it: a line a node, "role name".
func (b *tab) spoken() []string {
	b.t.Helper()
	tree, err := chromedp.Run(b.ctx, func(ctx context.Context, t *chromedp.Target) (accessibility.GetFullAXTreeResult, error) {
		return cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	})
	if err != nil {
		b.t.Fatal(err)
	}
	nodes := map[accessibility.NodeID]*accessibility.Node{}
	for _, node := range tree.Nodes {
		nodes[node.NodeID] = node
	}
	var lines []string
	var read func(node *accessibility.Node)
	read = func(node *accessibility.Node) { // the tree comes level by level, and is heard in its order
		if node == nil {
			return
		}
		if !node.Ignored && node.Role != nil {
			name := ""
			if node.Name != nil {
				name = plainValue(node.Name.Value)
			}
			lines = append(lines, plainValue(node.Role.Value)+" "+name)
		}
		for _, id := range node.ChildIDs {
			read(nodes[id])
		}
	}
	if len(tree.Nodes) > 0 {
		read(tree.Nodes[0])
	}
	return lines
}

func plainValue(v []byte) string {
	var text string
	if json.Unmarshal(v, &text) != nil {
		return string(v)
	}
	return text
}
