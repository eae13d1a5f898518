package bot_test

import (
	"regexp"
	"strings"
	"testing"

	"guichet/bot"
)

// parts are the signs besides those of compact that part a secret in these tests.
var parts = regexp.MustCompile(`[\s*:xX,\x{200b}]`)

func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		secret string // must not survive, whatever the separators
		card   bool
	}{
		"a Visa with a digit mistyped":        {"ma carte c'est 4111 1111 1111 1112", "4111 1111 1111 1112", true},
		"a Visa in groups":                    {"ma carte 4111 1111 1111 1111", "4111111111111111", true},
		"a Visa in one piece":                 {"4111111111111111", "4111111111111111", true},
		"a Visa with hyphens":                 {"CB : 4111-1111-1111-1111.", "4111111111111111", true},
		"a Visa with full stops":              {"4111.1111.1111.1111", "4111111111111111", true},
		"a Visa with no-break spaces":         {"4111\u00a01111\u00a01111\u00a01111", "4111111111111111", true},
		"a Visa with narrow no-break spaces":  {"4111\u202f1111\u202f1111\u202f1111", "4111111111111111", true},
		"a Visa with double spaces":           {"4111  1111  1111  1111", "4111111111111111", true},
		"a Visa glued to a word":              {"carte4111111111111111svp", "4111111111111111", true},
		"a Mastercard":                        {"5555 5555 5555 4444", "5555555555554444", true},
		"a Mastercard of the 2 series":        {"2223 0031 2200 3222", "2223003122003222", true},
		"a Maestro":                           {"6759 6498 2643 8453", "6759649826438453", true},
		"an American Express":                 {"3782 822463 10005", "378282246310005", true},
		"a card after another number":         {"attestation 20417 4111 1111 1111 1111", "4111111111111111", true},
		"a card before its code":              {"4111 1111 1111 1111 123", "4111111111111111", true},
		"two cards":                           {"4111 1111 1111 1111 ou 5555 5555 5555 4444", "5555555555554444", true},
		"two cards side by side":              {"4111 1111 1111 1111 5555 5555 5555 4444", "5555555555554444", true},
		"a card after a date":                 {"le 12 4111 1111 1111 1111", "4111111111111111", true},
		"a card's code by its French name":    {"4111 1111 1111 1111 cryptogramme 737", "737", true},
		"a card's code by its English name":   {"4111 1111 1111 1111, cvv : 737", "737", true},
		"a card's expiry":                     {"4111 1111 1111 1111 exp 11/29", "1129", true},
		"a French IBAN":                       {"mon IBAN : FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189", false},
		"a French IBAN with letters":          {"FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606", false},
		"an IBAN followed by words":           {"FR76 3000 6000 0112 3456 7890 189 merci d'avance", "30006000011234567890189", false},
		"an IBAN after words":                 {"voici le rib FR7630006000011234567890189, merci", "30006000011234567890189", false},
		"an IBAN in small letters":            {"fr76 3000 6000 0112 3456 7890 189", "30006000011234567890189", false},
		"a German IBAN":                       {"DE89 3704 0044 0532 0130 00", "370400440532013000", false},
		"a Belgian IBAN before a word":        {"BE68 5390 0754 7034 svp", "539007547034", false},
		"a password":                          {"mon mot de passe est Soleil2024!", "Soleil2024", false},
		"a password after a colon":            {"mdp : azerty", "azerty", false},
		"a password with an equals sign":      {"password=hunter2", "hunter2", false},
		"a password said with c'est":          {"mon mot de passe c'est Tulipe-88", "Tulipe88", false},
		"a password with ’":                   {"mon mot de passe c’est Tulipe-88", "Tulipe88", false},
		"a password without a verb":           {"identifiant paul mdp Soleil2024", "Soleil2024", false},
		"a passphrase after a colon":          {"mot de passe : Cheval-Rouge 42 Lampe", "42Lampe", false},
		"a password that was":                 {"je crois que mon mot de passe c’était Chaton-2019 mais ça passe pas", "Chaton-2019", false},
		"a password with a symbol":            {"mon ancien mdp c Tournesol!88", "Tournesol!88", false},
		"a password in texting":               {"mon mdp c Soleil2024", "Soleil2024", false},
		"a password of digits":                {"mon mot de passe est 123456", "123456", false},
		"a password of digits without verb":   {"mdp 123456", "123456", false},
		"a password that is a year twice":     {"mon mdp est 19841984", "19841984", false},
		"a password of three digits":          {"le mot de passe c'est 123", "123", false},
		"a code of digits":                    {"code d'acces 4321", "4321", false},
		"a code of digits with ’":             {"le code d’accès est le 4321", "4321", false},
		"a PIN":                               {"mon code pin 9876", "9876", false},
		"a password in groups":                {"mdp 1984 2025", "2025", false},
		"a password with what it is for":      {"mot de passe du compte : azerty", "azerty", false},
		"a password that is the present one":  {"mon mot de passe actuel 774411", "774411", false},
		"a password that well is":             {"mon mot de passe est bien Tulipe88", "Tulipe88", false},
		"a password before its name":          {"Tulipe88 c'est mon mot de passe", "Tulipe88", false},
		"a password of full width":            {"mdp １２３４５６", "123456", false},
		"an IBAN parted behind its country":   {"FR 76 3000 6000 0112 3456 7890 189", "30006000011234567890189", false},
		"an IBAN glued to its name":           {"IBANFR7630006000011234567890189", "30006000011234567890189", false},
		"an IBAN glued to its name and apart": {"IBANFR76 3000 6000 0112 3456 7890 189", "30006000011234567890189", false},
		"an IBAN with tabs":                   {"FR76\t3000\t6000\t0112\t3456\t7890\t189", "300060000112345678", false},
		"an IBAN over lines":                  {"FR76 3000 6000\n0112 3456 7890 189", "300060000112345678", false},
		"an IBAN over Windows lines":          {"FR76 3000 6000\r\n0112 3456 7890 189", "300060000112345678", false},
		"an IBAN parted and over lines":       {"FR 76 3000 6000\n0112 3456 7890 189", "300060000112345678", false},
		"a card in groups of its own":         {"411 11111 1111 1111", "4111111111111111", true},
		"an IBAN with slashes":                {"FR76/3000/6000/0112/3456/7890/189", "300060000112345678", false},
		"an IBAN with full stops":             {"FR76.3000.6000.0112.3456.7890.189", "300060000112345678", false},
		"an IBAN with commas":                 {"FR76, 3000, 6000, 0112, 3456, 7890, 189", "300060000112345678", false},
		"an IBAN glued to what follows":       {"FR7630006000011234567890189merci", "30006000011234567890189", false},
		"an IBAN of full width":               {"ＦＲ７６ ３０００ ６０００ ０１１２ ３４５６ ７８９０ １８９", "300060000112345678", false},
		"a British IBAN":                      {"GB82 WEST 1234 5698 7654 32", "123456987654", false},
		"a Senegalese IBAN":                   {"SN08 SN01 0015 2000 0485 0000 3035", "001520000485", false},
		"a card of full width":                {"４１１１ １１１１ １１１１ １１１１", "4111111111111111", true},
		"a card in Arabic digits":             {"٤١١١ ١١١١ ١١١١ ١١١١", "4111111111111111", true},
		"a card with asterisks":               {"4111*1111*1111*1111", "4111111111111111", true},
		"a card with colons":                  {"4111:1111:1111:1111", "4111111111111111", true},
		"a card with an x between":            {"4111x1111 x 1111X1111", "4111111111111111", true},
		"a card with what is not seen":        {"4111\u200b1111\u200b1111\u200b1111", "4111111111111111", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			masked, card := bot.Mask(c.text)
			if kept := compact(parts.ReplaceAllString(masked, "")); strings.Contains(kept, compact(c.secret)) || !strings.Contains(masked, "masqué") {
				t.Errorf("Mask(%q) = %q, %s survives", c.text, masked, c.secret)
			}
			if card != c.card {
				t.Errorf("Mask(%q) reports a card: %v, want %v", c.text, card, c.card)
			}
		})
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"mon SIREN est 732 829 320", "SIREN 443061841", "siret 732 829 320 00074", "73282932000074", "SIRET 443 061 841 00005", "35600000049837",
		"06 12 34 56 78", "+33 6 12 34 56 78", "0033612345678", "06.12.34.56.78", "06-12-34-56-78 ou 01 02 03 04 05",
		"attestation n° 20417", "attestation A-104582", "contrat AC-558201", "police 2024/0000123456",
		"4111 1111 1111 1112",                         // its check digit is wrong
		"1234 5678 9012 3452",                         // no card begins with 1
		"ma référence 41111111111111112345",           // twenty digits in one piece
		"réf. 2026021000004111111111111111999",        // a long reference that happens to hold one
		"SIREN 443061841 0612345678",                  // a SIREN and a telephone number, not one number of 19 digits
		"n° sécu 1 85 05 78 006 084 36",               // not ours to mask, and no card
		"732829320\n0612345678\n20417",                // a form filled line by line
		"j'ai oublié mon mot de passe",                // no password is said
		"mon mot de passe est oublié",                 //
		"mon mot de passe est trop court",             //
		"le mot de passe est refusé à chaque fois",    //
		"mot de passe : comment le changer ?",         //
		"problème de mot de passe : je l'ai oublié",   //
		"quel est le mot de passe par défaut ?",       //
		"le code secret de ma carte ne passe pas",     //
		"rendez-vous le 12/03/2026 à 14 h 30, lot 12", //
		"FR76 est le début d'un IBAN",                 //
		"FR 76 3000 6000 0112 3456 7890 188",          // its check digits are wrong
		"de 12 à 22 h le 12 mars 2025, attestation 20417, SIREN 732 829 320",
		"attestation AT703368 du 19/08/2017 au nom de Dupont, SIREN 309 044 441", "contrat FR-363423, 22/05/2015, tel 06 41 83 47 33, montant 4522,11 €", // their check digits are right by chance
		"contrat NL-65154, 26/06/2023, tel 06 39 65 21 08, montant 4347,87 €", "contrat BE-877166, 18/12/2015, tel 06 13 86 22 13, montant 971,17 €",
		"872749\n06/04/2017\n06 16 25 92 47\n896 901 269\n114,83 €", "contrat AT-41281, 16/02/2018, tel 06 32 10 17 53", "SIREN 403 278 888 1802,59 €", "siren :450 045 227:06 01 73 01 95 * 3399,15 €",
		"attestation AT2024/118 du 12 mars 2025 au nom de Dupont", "contrat BE-2024-558201-77", "le 3 mars 2025, l'attestation ES2025-0417 du marché",
		"il 06 12 34 56 78 01 02 03 04 05 20417", "dossier MA 2024 0612345678 732829320",
		"mot de passe oublié, mon tel 06 12 34 56 78", "mot de passe 2 fois refusé", "mot de passe : 06 ?",
		"j'ai oublié mon mot de passe 0612345678", "mot de passe perdu le 12/03/2025", "mot de passe perdu\nattestation 20417",
		"SIREN :732829320:SIRET :73282932000074", "le 12/03/2025: 150,00 € x 3 = 450,00 €", "2 x 1 250,50 € et 3*12", "montant : 4 500,00 € le 12:30",
		"né le 01/02/1980 * tel 06:12:34:56:78", "１２/０３/２０２５", "attestation ２０４１７",
		"TVA FR 40 303 265 045", //
		"", "   ", "bonjour",
	} {
		masked, card := bot.Mask(text)
		if masked != text || card {
			t.Errorf("Mask(%q) = %q, card %v; it holds no secret", text, masked, card)
		}
	}
}

// checkMask is what holds for any text.
func checkMask(t *testing.T, text string) {
	t.Helper()
	once, _ := bot.Mask(text)
	if twice, card := bot.Mask(once); twice != once || card {
		t.Errorf("Mask(%q) = %q; masked again it is %q, card %v", text, once, twice, card)
	}
	const card = "4111 1111 1111 1111"
	if strings.Contains(text, "4111 1111") {
		return
	}
	for _, around := range []string{text + " ; " + card, card + " ; " + text, text + "\n" + card + "\n" + text} {
		masked, found := bot.Mask(around)
		if strings.Contains(masked, card) || !found {
			t.Errorf("Mask(%q) = %q, card %v: the card survives", around, masked, found)
		}
	}
}

var maskSeeds = []string{
	"", "4111 1111 1111 1111", "4111 1111 1111 1111 12 4111-1111-1111-1111", "FR76 3000 6000 0112 3456 7890 189", "mot de passe : x",
	"mot de passe est mot de passe : y", "\xff\xfe4111", "٤١١١ ١١١١", "cvv 123 cvv 456", "exp 12/29 4222222222222", "mdp: [mot de passe masqué]",
	"password: password: password", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "carte [numéro de carte masqué] cvv 1234", "mdp=4111 1111 1111 1111", "FR2 34X6 78908189",
}

func TestMaskingTwiceIsMaskingOnce(t *testing.T) {
	t.Parallel()
	for _, text := range maskSeeds {
		checkMask(t, text)
	}
}

func FuzzMask(f *testing.F) {
	for _, text := range maskSeeds {
		f.Add(text)
	}
	f.Fuzz(checkMask)
}

func TestACardNumberIsFoundHoweverItIsBroken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"4111 1111\n1111 1111", "4111/1111/1111/1111", "4111_1111_1111_1111", "4111\u20111111\u20111111\u20111111", "4111, 1111, 1111, 1111"} {
		if masked, card := bot.Mask(text); !card || strings.Contains(masked, "1111") {
			t.Errorf("Mask(%q) = %q, %v", text, masked, card)
		}
	}
	for _, text := range []string{"mon mot de passe est Soleil", "mon mot de passe est oublié", "MON MOT DE PASSE EST REFUSE"} {
		masked, _ := bot.Mask(text)
		if kept := masked == text; kept == strings.HasSuffix(text, "Soleil") {
			t.Errorf("Mask(%q) = %q", text, masked)
		}
	}
}
