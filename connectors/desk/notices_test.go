package desk_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guichet/bot"
)

func TestSomebodyChoosesWhatTheyAreToldOf(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	h.addUser("paul@exemple.fr", "Paul")
	page := b.get("/desk/notices")
	wantStatus(t, page, http.StatusOK)
	if n := strings.Count(page.body, " checked"); n != len(bot.NoticeKinds())+1 { // and that of the keys
		t.Errorf("%d boxes are ticked at first", n)
	}
	got := b.post("/desk/notices", url.Values{"kind": {"mention", "deadline", "everything"}, "email": {"paul@exemple.fr"}})
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/desk/notices?done=1" {
		t.Fatalf("choosing gives %d to %q", got.status, got.header.Get("Location"))
	}
	wantContains(t, b.get("/desk/notices?done=1").body, "Vos choix sont enregistrés.", `value="mention" checked`, `value="new">`)
	for email, want := range map[string][]bot.NoticeKind{
		"claire@exemple.fr": {bot.NoticeMention, bot.NoticeDeadline}, "paul@exemple.fr": bot.NoticeKinds(), // nobody chooses for another
	} {
		if kinds, err := h.db.NoticesOf(t.Context(), email); err != nil || !slices.Equal(kinds, want) {
			t.Errorf("%s wants %v, %v", email, kinds, err)
		}
	}
	wantStatus(t, b.do(http.MethodPost, "/desk/notices", url.Values{}, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
	b.post("/desk/notices", url.Values{})
	if kinds, err := h.db.NoticesOf(t.Context(), "claire@exemple.fr"); err != nil || len(kinds) != 0 {
		t.Errorf("nothing chosen gives %v, %v", kinds, err)
	}
}
