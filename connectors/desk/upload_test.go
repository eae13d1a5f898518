package desk_test

import (
	"net/http"
	"net/url"
	"os"
	"testing"

	"guichet/bot/bottest"
)

// Whatever becomes of a form, what its files filled of the disk while it was read is free again.
func TestNothingOfAFormsFilesStaysInTheTemporaryFolder(t *testing.T) { // alone: the folder is the whole program's
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	h.claim(reference, nil)
	b := h.signIn("claire@exemple.fr")
	path := "/desk/ticket/" + reference
	half := append(bottest.PDF("moitié"), make([]byte, 700<<10)...)
	whole := append(bottest.PDF("tout"), make([]byte, bottest.LargestFile)...)
	for name, one := range map[string]struct {
		action string
		form   url.Values
		files  []upload
		status int
	}{
		"sent":           {"reply", url.Values{"text": {"Voici."}}, []upload{{"a.pdf", half}, {"b.pdf", half}}, http.StatusSeeOther},
		"refused":        {"reply", url.Values{"text": {"Voici."}}, []upload{{"a.pdf", half}, {"b.pdf", whole}}, http.StatusUnprocessableEntity},
		"a draft":        {"draft", url.Values{"text": {"Voici."}, "draft": {"reply"}}, []upload{{"a.pdf", half}, {"b.pdf", half}}, http.StatusSeeOther},
		"a quiet draft":  {"draft", url.Values{"text": {"Voici."}, "draft": {"reply"}, "quiet": {"1"}}, []upload{{"a.pdf", half}, {"b.pdf", half}}, http.StatusNoContent},
		"no such insert": {"insert", url.Values{"insert": {"macro:404"}}, []upload{{"a.pdf", half}, {"b.pdf", half}}, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			form, _ := forms(b.get(path).body)
			for field, values := range one.form {
				form[field] = values
			}
			temporary := t.TempDir()
			t.Setenv("TMPDIR", temporary)
			wantStatus(t, b.send(path+"/"+one.action, form, one.files...), one.status)
			left, err := os.ReadDir(temporary)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range left {
				t.Errorf("%s is left", f.Name())
			}
		})
	}
}
