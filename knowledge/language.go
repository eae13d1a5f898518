package knowledge

import "unicode"

// Languages that Language tells apart.
const (
	French  = "fr"
	English = "en"
	Foreign = "other"
)

// smallWords are the words a language cannot do without, folded. Those that two languages share stand in both lists.
var smallWords = map[string]map[string]bool{
	French: toSet(`le la les un une des du de et est je j tu il elle on nous vous ils que qui qu quoi ou mon ma mes votre vos mais pas ne pour par dans sur
		avec sans comment combien quand quel quelle c ca ce cette ai suis avez peut puis faut bonjour merci si au aux en y d l s n m koi pr pa g jai svp`),
	English: toSet(`the a an is are was i you my your and or of to in on for with from how what where when who why can could do does did have has it this that
		not no please if but be been will would should me we our they there am get need hello thanks`),
	"es": toSet(`el los las una unos y es que quien mi mis su con por para como donde cuando cual puedo tengo quiero necesito esta estoy hay pero no si hola
		gracias del al lo se me le he ha muy mas sin sobre hacer`),
	"it": toSet(`il lo gli una e che chi mio mia miei con per come dove quando quale posso ho voglio sono sta ma non si ciao grazie buongiorno del della di da
		al alla nel nella mi ha fatto fare devo questo quello piu`),
	"pt": toSet(`o os as um uma e que quem meu minha com por para como onde quando qual posso tenho quero preciso estou mas nao sim ola obrigado obrigada do da
		dos das no na em ao se me foi muito mais fazer`),
	"de": toSet(`der die das ein eine einen und ist ich du sie wir mein meine mit fur von zu wie was wo wann wer warum kann konnen habe haben nicht kein aber
		bitte danke hallo auf im den dem des sich auch wenn muss`),
	"nl": toSet(`de het een en is ik je jij u wij mijn met voor van naar hoe wat waar wanneer wie waarom kan kunnen heb hebben niet geen maar alstublieft
		bedankt hallo op in te ook als moet dit dat zijn`),
	"ro": toSet(`un o si este sunt eu meu mea cu pentru cum ce unde cand cine pot am nu da dar va rog multumesc buna la din pe sa se imi care`),
	"tr": toSet(`bir ve bu ne nasil nerede kim icin ile ben benim sen var yok degil mi mu evet hayir merhaba tesekkurler ama cok daha`),
	"pl": toSet(`nie jest to jak co gdzie kiedy kto moj moja mam czy prosze dziekuje czesc ale i w na z do sie po dla`),
}

const (
	fewestSmallWords = 2   // of a foreign language that a message must have to be taken for it
	mostForeign      = 0.5 // share of letters in another alphabet from which a message is foreign
)

// Language tells which language a text is in: French, English or Foreign. What cannot be told is French: few words, a
// list of keywords, a name.
func Language(text string) string {
	letters, others := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if !unicode.Is(unicode.Latin, r) {
				others++
			}
		}
	}
	if letters > 0 && float64(others) >= mostForeign*float64(letters) {
		return Foreign
	}
	count := map[string]int{}
	for _, w := range Words(text) {
		for language, small := range smallWords {
			if small[w] {
				count[language]++
			}
		}
	}
	best, most := French, count[French]
	if count[English] > most {
		best, most = English, count[English]
	}
	for language, n := range count {
		if language != French && language != English && n > most && n >= fewestSmallWords {
			return Foreign
		}
	}
	return best
}
