package knowledge_test

import (
	"testing"

	"guichet/knowledge"
)

func TestTheLanguageIsTold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                    knowledge.French,
		"kbis":                                knowledge.French,
		"attestation":                         knowledge.French,
		"g pa recu mon atestassion koi faire": knowledge.French,
		"Bonjour, comment puis-je obtenir mon attestation ?":            knowledge.French,
		"rc pro foires et marchés":                                      knowledge.French,
		"How do I get my certificate?":                                  knowledge.English,
		"i lost my password":                                            knowledge.English,
		"can you tell me how to cancel":                                 knowledge.English,
		"¿Cómo puedo obtener mi certificado?":                           knowledge.Foreign,
		"hola, tengo un problema con mi contrato":                       knowledge.Foreign,
		"Come posso scaricare il mio contratto?":                        knowledge.Foreign,
		"Ich habe mein Passwort vergessen, was kann ich tun?":           knowledge.Foreign,
		"Como posso obter o meu certificado de seguro?":                 knowledge.Foreign,
		"Hoe kan ik mijn contract opzeggen?":                            knowledge.Foreign,
		"Cum pot să îmi anulez contractul?":                             knowledge.Foreign,
		"как получить страховой полис?":                                 knowledge.Foreign,
		"كيف أحصل على شهادة التأمين؟":                                   knowledge.Foreign,
		"怎么下载我的保险证明":                                                    knowledge.Foreign,
		"moi besoin papier assurance pour marche, comment faire please": knowledge.French,
	} {
		if got := knowledge.Language(text); got != want {
			t.Errorf("Language(%q) = %s, want %s", text, got, want)
		}
	}
}
