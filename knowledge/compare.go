package knowledge

import (
	"slices"

	"guichet/faq"
)

// Difference names what two contents do not have alike, by id, sorted.
type Difference struct {
	Added, Changed, Removed []string // topics
	Collections             []string // collections that came, went or are described otherwise
}

// Compare tells what becomes of the contents when after takes the place of before.
func Compare(before, after Contents) Difference {
	var d Difference
	d.Added, d.Changed, d.Removed = compare(before.Topics, after.Topics, func(t Topic) string { return t.ID }, sameTopic)
	added, changed, removed := compare(before.Collections, after.Collections, func(c Collection) string { return c.ID }, sameCollection)
	d.Collections = slices.Sorted(slices.Values(slices.Concat(added, changed, removed)))
	return d
}

func compare[T any](before, after []T, id func(T) string, same func(a, b T) bool) (added, changed, removed []string) {
	old := map[string]T{}
	for _, t := range before {
		old[id(t)] = t
	}
	for _, t := range after {
		was, known := old[id(t)]
		switch {
		case !known:
			added = append(added, id(t))
		case !same(was, t):
			changed = append(changed, id(t))
		}
		delete(old, id(t))
	}
	for id := range old {
		removed = append(removed, id)
	}
	slices.Sort(removed)
	return added, changed, removed
}

// sameTopic leaves aside where in its file something stands.
func sameTopic(a, b Topic) bool {
	return a.Collection == b.Collection && a.Kind == b.Kind && a.Title == b.Title && a.Body == b.Body && a.Citation == b.Citation &&
		a.Review.Equal(b.Review) && slices.Equal(a.Next, b.Next) && samePhrases(a.Asked, b.Asked)
}

func sameCollection(a, b Collection) bool {
	return a.Name == b.Name && a.Product == b.Product && a.Lead == b.Lead && a.Contact == b.Contact && a.Complaint == b.Complaint &&
		slices.Equal(a.Aliases, b.Aliases) && samePhrases(a.Outside, b.Outside)
}

func samePhrases(a, b []faq.Phrase) bool {
	return slices.EqualFunc(a, b, func(x, y faq.Phrase) bool { return x.Text == y.Text })
}
