package knowledge

import "strings"

// weakWords say what somebody wants, when, how urgently or how they feel, or name a thing without saying which: whoever says
// nothing else has named no subject. Beside another word they may say much ("pas reçu", "payer en retard"), so they are read and
// weighed like all others. They name nothing of any company's content.
var weakWords = toSet(`veulent vouloir voulais voulait voulez voulons veuillez voudrait voudrions souhaite souhaites souhaiter souhaitez souhaiterais
	souhaiterait aimerais aimerait desire desirerais besoin envie peuvent pourriez pourrais pourrait pouvons pourra puis pu fallait faudrait faudra doivent
	devrais devez devait essaye essaie essayer essaye demander demandez demandais attends attend attendre attendez attente
	sais sait savez su dites dis dit redire parle parlez comprends comprend comprendre comprenez compris explique expliquer expliquez
	ecoute ecoutez ecouter regarde regardez regarder voir vois voyez crois croire pense penser cherche cherchez chercher
	fais fait fasse faites faisons font fera ferez marche marchent marcher fonctionne fonctionnent fonctionner arrive arrivent arriver passe
	aller allez allons vas vient viens venir venu reviens revenir mettre mis prendre donne donner donnez rend rends rendre rendez recupere recuperer
	aide aidez aider aides aidera aidiez
	urgent urgente urgence vite vitesse rapide rapidement rapides tot tard maintenant aujourd hui demain hier soir matin midi jour jours semaine semaines
	lundi mardi mercredi jeudi vendredi samedi dimanche prochain prochaine dernier derniere toujours jamais bientot moment instant longtemps long longue
	finalement enfin vraiment serieux serieuse serieusement etre ailleurs quand meme exact exactement bref justement franchement ainsi si peu plus moins trop assez
	juste seulement quelque quelques chose choses autres normal normale important importante grave graves pareils facile difficile complique compliquee bizarre mal mieux
	pire super parfait dommage rien tant ici part comme importe perdu perdue bof bah pfff depeche depechez la suite conversation convenu grand petit petite gros grosse 	truc trucs machin machins question questions probleme problemes souci soucis info infos information informations renseignement renseignements renseigner
	cas sujet fois gens mari femme ami amie fils fille dame dossier
	argent sous fric thune thunes pognon oseille
	urgently help please need needs want wants wanted question questions problem problems issue issues know information info something thing things
	quickly fast soon now today tomorrow yesterday still again really maybe finally wait waiting work works working money get give`)

// Strong lists the words of a text that name a subject: no stop words, no weak ones, no name of a collection.
func (b *Base) Strong(text string) []string {
	rest, _ := b.split(settled(text))
	var strong []string
	for _, w := range b.stemmer.understand(strings.Join(rest, " ")).words {
		if !stopWords[w] && !questionWords[w] && !weakWords[w] {
			strong = append(strong, w)
		}
	}
	return strong
}

// Vague tells whether a text names no subject: all of its words are weak, and there is one.
func (b *Base) Vague(text string) bool {
	rest, named := b.split(text)
	return len(rest) > 0 && len(named) == 0 && len(b.Strong(text)) == 0
}
