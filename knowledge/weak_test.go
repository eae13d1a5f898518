package knowledge_test

import "testing"

func TestWeakWordsNameNoSubject(t *testing.T) {
	t.Parallel()
	base := shippedBase(t)
	for _, text := range []string{
		"je veux mes sous", "Finalement si", "svp urgent", "j'ai un problème", "ça marche pas", "jvoudrai savoir un truc", "I need help", "comment on fait ?", "la semaine prochaine",
	} {
		if !base.Vague(text) {
			t.Errorf("%q names a subject", text)
		}
	}
	for _, text := range []string{
		"", "?!", "mon attestation urgent", "je veux payer", "problème de connexion", "chez Alma", "bitcoin", "20417", "j'ai plus mon mot de passe", "on m'a volé mes sous",
	} {
		if base.Vague(text) {
			t.Errorf("%q names no subject", text)
		}
	}
}

// What people are known to ask says something: hardly any of it is of weak words alone.
func TestHardlyAnyWayToAskIsOfWeakWordsAlone(t *testing.T) {
	t.Parallel()
	base := shippedBase(t)
	asked, weak := 0, 0
	for _, topic := range base.Contents().Topics {
		for _, p := range topic.Asked {
			asked++
			if base.Vague(p.Text) {
				weak++
				t.Logf("%s: %s", topic.ID, p.Text)
			}
		}
	}
	if weak*500 > asked {
		t.Errorf("%d of %d ways to ask are of weak words alone", weak, asked)
	}
}
