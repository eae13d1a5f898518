package bot

import "guichet/knowledge"

// What people say around a request, recognised in folded text. These are forms of French conversation, not subjects:
// they name nothing of any company's content.
var (
	cancelWords  = speaks(`\b(annul(ez|e|er|ation)|laisse[zr]? tomber|laisse beton|abandonn\w+|oublie[zr]? (ca|tout|cette|ma|la)\b|stop|on arrete|arretez tout|tant pis|(veux|souhaite) plus|(plus|pas) besoin|(veux|souhaite) (rien|pas) (faire|continuer|envoyer|transmettre|declarer|demander|signaler)|c'(est|etait) (juste|seulement|simplement) (pour savoir|une question)|je (veux|voulais|voudrais|souhaite) (juste|seulement|simplement) (savoir|comprendre|un renseignement|une info\w*|me renseigner)|cancel|never ?mind|forget it)\b`)
	dropsIt      = speaks(`\b(annulez (tout|la demande|ma demande|cette demande)|laissez tomber|oubliez ma demande|(veux|souhaite) (rien|pas|plus)( rien)? (faire|continuer|envoyer|transmettre|declarer|demander|signaler|corriger)|c'(est|etait) (juste|seulement|simplement) (pour savoir|une question)|je (veux|voulais|voudrais|souhaite) (juste|seulement|simplement) (savoir|comprendre|un renseignement|une info\w*|me renseigner))\b`)
	dropsLast    = speaks(`\W(annule[zr]|laisse[zr] tomber|stop)(\W+(tout|ca|s'il (vous|te) plait|svp|stp|merci|la demande|alors|donc))*\W*$`)
	dropsFirst   = speaks(`^\W*((finalement|non|ah|euh|en fait|bon|ben|merci|mais|oh|pardon|desole)\W+)*(annule[zr]?|laisse[zr]? tomber|stop|cancel|oublie[zr]?\W*[,.;!])(\W|$)`)
	wantsPerson  = speaks(`\b(parler|parle|avoir|joindre|contacter|voir|preferer?|prefere|passe[zr]?)\b.{0,30}\b(conseiller|conseillere|humain|quelqu'un|une (vraie )?personne|un agent|vrai[es]? gens?|someone|human)\b|\b(humain|personne|conseiller|conseillere|agent|quelqu'un)\b.{0,12}\b(a|avec) qui (parler?|discuter|echanger|m'adresser)\b|\b(speak|talk) (to|with) (a |an )?(actual |real |live )?(human|person|someone|agent|advis[eo]r)\b`)
	yesWords     = speaks(`^\W*(oui+|ouais|ok|okay|d'accord|dac|parfait|c'est (bon|exact|correct|ca)|exact\w*|tout a fait|absolument|affirmatif|impec\w*|tout est (exact|bon|correct|juste)|confirm\w+|valid\w+|je confirme|envoyez|transmettez|allez-y|vas-y|go|yes|yep|c bon|cest bon|bien sur|tres bien)\b`)
	sendWords    = speaks(`\b(vous pouvez (transmettre|envoyer|valider)|tout est (exact|bon|correct|juste))\b`)
	noWords      = speaks(`^\W*(non|nan|no|pas du tout|c'est faux|pas exact\w*|faux|il y a une erreur|incorrect)\b`)
	missingWords = speaks(`\b(je (ne )?(l'ai|les ai|la connais|le connais|sais|retrouve|trouve|m'en souviens?) (pas|plus)|(je|j) (ne )?(l'|le |la )?(ai|sais|trouve|retrouve|connais) (pas|plus)|aucune idee|pas sous la main|sais pas|sais plus|j'en ai pas|je n'en ai pas|connais pas|pas (tres |trop |bien )?(sure?|certaine?)|inconnu|i don't (have|know)( it)?|no idea)\b`)
	unhelpful    = speaks(`\b((ca|cela|c'|ce) ?(ne |n')?(m')?(me )?(re?pond|aide|convient|va|correspond)( du tout)?( vraiment)? pas|(ca|cela) (ne )?(repond|m'aide|aide|correspond) (pas|en rien)|pas (du tout )?(ma question|la bonne reponse|ce que je (demand|cherch|veux|voul)\w*|ca du tout|utile)|(n'est|c'est) pas (du tout )?(ma question|ce que je (demand|cherch|voul)\w*|la question|ca)|rien a voir avec (ma|la) question|a cote de la plaque|mauvaise reponse|repond(s|ez)? pas a (ma|la) question|not what i asked|that('s| is) not (it|what)|doesn't (help|answer))\b`)
	thanks       = speaks(`^\W*(merci|mercii+|thanks?( you)?|cimer|mrc|mci)(\W+(beaucoup|bcp|bien|infiniment|mille fois|encore|d'avance|quand meme|tout de meme|a (vous|toi|tous)|pour (tout|(votre|l|cette|ces|la) ?'?(aide|reponses?|temps|patience|infos?|informations?))|so much|very much|anyway|bonne (journee|soiree)|au revoir|(et )?(desole|pardon|excuse\w*)[^?]{0,40}))*\W*$`)
	acknowledges = speaks(`^\W*(ok|d'accord|super|parfait|tres bien|c'est bon|ah|bon|oui|entendu|compris|genial|nickel|top)\b[^?]*\b(merci|thanks|thank you)\b[^?]{0,20}$`)
	helpful      = speaks(`^\W*(ah )?(oui|voila|ok|super|parfait|genial|nickel|top)?[ ,]*(c'est|ca|cela) (bien )?(ce que je (cherchais|voulais)|repond|m'aide)`)
	interrogates = speaks(`\?|^\W*(et |mais |attendez,? ?|attends,? ?|au fait,? ?|sinon,? ?)*(comment|combien|pourquoi|quand|quel\w*|qu'est|c'est quoi|qui |ou (est|sont|trouve|puis)|est-ce|est ce|puis-je|peut-on|dois-je|faut-il|how|what|where|when|can i)\b|\bou( alors| donc| ca)?\W*$`)
	asksHow      = speaks(`\b(comment|koman|coment|par quel moyen|ou (est-ce|est ce|puis|peut-on|trouver|trouve|telecharge\w*|je)|quelles? (est|sont)|quelle (demarche|procedure|marche)|c'est quoi (les|la|le) (etapes?|demarche|procedure)|procedure|que (dois|faut|faire)|qu'est[- ]ce qu'il faut|faut-il|est-il possible|(peut|peuvent|est|sont|sera|seront|doit|doivent)-(elle|il|ils|elles|on)|how (do|can|to|should)|where (do|can|is)|what (do|should) i)\b`)
	asksToAct    = speaks(`\b(je (veux|voudrais|souhaite|tiens a|viens|declare|signale|conteste|vous (declare|signale|prie|demande|informe))|jveu?x?|jve|merci de|pouvez[- ]vous|pourriez[- ]vous|vous pouvez|pouve|auriez[- ]vous|envoye[zr]|renvoye[zr]|corrige[zr]|rectifie[zr]|modifie[zr]|refai(re|tes)|ouvrez|enregistrez|prenez|il faut (que vous|la|le|me)|please|can you|could you|i want|i would like)\b`)
	// happened tells what has befallen something of one's own: "ma boutique a été cambriolée", "le four a pris feu".
	happened = speaks(`\b(mon|ma|mes|notre|nos) \pL[\pL'-]*( [\pL'-]+){0,5} (a|ont|est|sont|s'est|se sont|m'a|vient|viennent)( d'|( de)? )(etre |ete |tou(s|tes) |tout )*` +
		`(vole|cambriole|braque|derobe|vandalise|saccage|incendie|pris feu|prendre feu|brule|inonde|casse|abime|endommage|effondr|affaiss|ecroul|envol|renverse|bless|fractur|fissur|fendu|explos|arrach|detrui|emport|tague|degrad)\w*`)
	asksCover    = speaks(`\b(couver\w+|couvr\w+|rembours\w+|garanti\w*|indemnis\w+|franchise|pris\w* en charge|prenez en charge|assuree?s? contre)\b`)
	supposes     = speaks(`\b(si|s'il|s'ils|quand|lorsque?|en cas|imagin\w+|suppos\w+|au cas)\b`)
	insured      = speaks(`\b(je suis|j'suis|chuis|nous sommes|on est|suis|i am|i'm|we are) (un|une|deja|bien|aussi|a|an|already| )*(clients?|clientes?|assuree?s?|adherente?s?|societaires?|chez|customers?|insured|with)\b( (de|du|d|a|au|chez|avec|of|at|with|by)\b)?|\b(mon assureur|mon assurance|my insurer|my insurance) (c'est|est|is)\b`)
	asksWhether  = speaks(`\b(est-ce qu|est ce qu|(est|sont|peut|peuvent)-(elle|il|ils|elles|ce))\w*.*\?`)
	asksIfRobot  = speaks(`\b(es|etes|est|are|suis|c'est|parle|talking)\b.{0,25}\b(robot|bot|machine|automate|intelligence artificielle|chatgpt|humain ou|vraie personne)\b.*\?`)
	wantsToKnow  = speaks(`\b(savoir|connaitre|comprendre|renseign\w+|info(s|rmations?)?|know|understand)\b`)
	valueMarkers = speaks(`\d|«|"|au lieu d|et non |c'est ecrit|est ecrit|vous avez (mis|ecrit|marque|note)|je m'appelle|mon (vrai )?nom est|s'ecrit|avec (un|deux|2)|, (en fait )?c'est [^pm]|\bc'est [^?]{2,60}\b(et )?(pas|non) [^?]|il faut lire|convient de lire|le bon|la bonne|il manque|sans [a-z]\b`)
)

// misdirected says that a message was not meant for the bot.
var misdirected = speaks(`\b(tromp\w+ (de|d')|mauvaise?|wrong) ?(conversation|discussion|destinataire|correspondant|interlocuteur|groupe|chat|fil|fenetre|person|window|group)\b|\b(message|texto|sms|vocal|c'etait|c'est|n'est|n'etait) (pas|plus) (destine )?(pour|a) (vous|toi)\b|^\W*((pardon|desolee?|oups|zut|sorry)\W+)*(message )?(envoye|ecrit|poste) (ici )?par erreur\b|\bnot (meant )?for you\b`)

// performs is how a request is made in so many words, whatever else the message says.
var performs = []struct {
	category Category
	words    speech
}{
	{Complaint, speaks(`\b(je (veux|voudrais|souhaite|tiens a|vais|prefere|compte) (vous )?(faire|deposer|porter|adresser) (une |ma )?(reclamation|plainte)|(enregistrez|prenez|prene|notez) (ma |cette )?(reclamation|plainte)|je porte plainte contre vous|\bje (formule|depose|adresse|introduis) (par la presente )?(une|ma|cette) (reclamation|plainte)|j'ai (une|ma) reclamation a (vous )?(faire|deposer|adresser|formuler))\b`)},
	{Claim, speaks(`\bje (vous )?(declare|signale) (un |une |mon |le |ce )?(sinistre|vol|accident|degat|bris|incendie|cambriolage|effraction)|^\W*((ok|oui|bon|alors|donc|bien|d'accord|entendu)\W+)*je (vous |le |la )?declare\W*([.,;:!]|$)|,? je (vous |le |la )*declare\W*$|\bj'ai (eu )?(un|mon) (\w+ )?(sinistre|vol|accident|degat \w+ \w+) a (vous )?(declarer|signaler)\b|\bje (viens|veux|voudrais|souhaite) (vous )?(declarer|signaler) (un |une |le |la |l'|l |mon |ma |ce |cet |cette )(sinistre|vol|accident|degats?|bris|incendie|cambriolage|effraction)\b|\bje (viens|veux|voudrais|souhaite) (vous )?(le |la )?declarer\W*([.,;!]|$)|\bon (m'|m |nous |ma )a? ?(vole|cambriole|derobe|braque|vandalise|casse|abime|saccage|detruit)\w*\b[^?]*$|\bj(e |')(viens d'avoir|ai eu) un (accident|sinistre|degat|in[cs]endie)[^?]*$`)},
	{Claim, speaks(`\b(someone|somebody|they|thieves|a thief) (has |have |just )?(stole|stolen|broke|smashed|damaged|robbed)\b[^?]*$|\bmy [\w ]{1,30} (was|were|has been|have been|got) (stolen|robbed|broken|damaged|burnt?|burned|destroyed|flooded|smashed)\b[^?]*$|\bi (just )?(had|have had) an (accident|theft|fire|flood)[^?]*$`)},
	{AttestationCopy, speaks(`^\W*((bonjour|bonsoir|salut|slt|bjr|svp|s'il (vous|te) plait)\W+)*(renvoi|renvoye[zr]|reenvoye[zr]|renvoyer|redonne[zr]|retransmett\w+)\b[^?]{0,25}\battestation\b[^?]*$`)},
	{AttestationCorrection, speaks(`\b(il faut|faut|merci de|veuillez|je (veux|voudrais|souhaite)) (que vous )?(me |m'|la |le |bien )?(corrig|rectifi|modifi|refai|refer|chang)\w+\b.{0,40}\battestation|\battestation\b[^?]{0,30}\bfaut (que vous )?(me )?(la |le |les |l')?(corrig|rectifi|modifi|refai|refer|chang)\w+[^?]*$`)},
	{Human, wantsPerson},
}

// aboutPolicy tells what else than a request may be cancelled; contrary words take a yes back.
var (
	aboutPolicy = speaks(`\b(contrat|assurance|souscription|abonnement|police|compte|paiement|commande|policy|contract)s?\b`)
	contrary    = speaks(`\b(mais|sauf|par contre|en revanche|ajoute\w*|change\w*|faux|fausse|but|except)\b`)
)

// agrees tells whether a message accepts the summary: a yes and nothing against it, or the order to send.
func agrees(folded string, confirming bool) bool {
	return (confirming && saysYes(folded) || sendWords.MatchString(folded)) && !contrary.MatchString(folded)
}

func saysCancel(folded string) bool {
	return cancelWords.MatchString(folded) || dropsFirst.MatchString(folded)
}
func saysYes(folded string) bool {
	return yesWords.MatchString(folded) || sendWords.MatchString(folded)
}
func saysNo(folded string) bool      { return noWords.MatchString(folded) }
func saysMissing(folded string) bool { return missingWords.MatchString(folded) }

// namedWrong says that a value is wrong and not which is right, in words like those that give one: "mon nom est mal écrit".
var namedWrong = speaks(`\b(mon (vrai )?nom est|c'est ecrit|est ecrit|vous avez (mis|ecrit|marque|note)) (tres |vraiment |encore |completement )?(mal|faux|fausse\w*|pas (bon|bien|juste|correct)|errone\w*|incorrect\w*|avec une (faute|erreur)|n'importe (quoi|comment)|de travers)\b`)

// insults are words that insult and ask nothing; denies takes an agreement back: "je comprends rien".
var (
	insults = speaks(`\b(cons?|conn?ards?|connasses?|encul\w+|merde|putes?|salopes?|salauds?|batards?|voleurs|escrocs?|arnaqueurs|ta gueule|vos gueules|nique\w*|fdp|ntm|idiots?|abrutis?|debiles?|nuls?)\b`)
	denies  = speaks(`\b(comprends?|capte|pige|marche|fonctionne|trouve|arrive) (plus )?(rien|pas|jamais|que dalle)\b`)
)

// pleased is a face or a sign of somebody who is content.
var pleased = speaks(`[👍👌✅✔🆗🙏🤝👏💪❤🧡💚💙🥰😍😘😀😃😄😁😆😅😊☺🙂😉😂🤣😇🤗🎉👋🌹]`)

// saysCorrection tells whether a message already holds the right value, or says that the SIREN is wrong, whose right
// value has a field of its own.
func saysCorrection(text string) bool {
	folded := namedWrong.ReplaceAllString(knowledge.Fold(text), "")
	return valueMarkers.MatchString(folded) || aboutSIREN.MatchString(folded)
}

// How somebody asks what becomes of the request they have made; in words that a question of another matter may have too,
// asksHowLong.
var (
	asksAfter   = speaks(`\brappel(ez|e|le|er)[- ](moi|nous)\b|\b(repond|rapp?el|recontact|contact|trait)\w*( bientot)? quand\b|\bquand (est-ce que |est ce que |allez[- ])?(vous|on|quelqu'un) .{0,12}(repon|rappel|recontact|contact|trait)|\b(avez|as)[- ](vous|tu) (bien )?recu (ma|mon) (demande|dossier|reclamation|declaration|message)|\bvous avez (bien )?recu (ma|mon) (demande|dossier|reclamation|declaration|message)|\bou en (est|sont|etes)\b.{0,8}\b(vous|ma|mon|le)\b|\bvous en etes ou\b|\b(toujours|encore) (pas|rien|aucune) .{0,12}(reponse|rappel)`)
	asksHowLong = speaks(`\b(quand|combien de temps|quel delai|sous combien)\b.{0,30}\b(repon|rappel|recontact|contact|trait|ca prend|demande|dossier|reclamation)|\b(prend|faut|mettez|dure) combien|\b(des|aucune|pas de) nouvelles?\b`)
)

// turnsTo changes one's mind: what follows is wanted instead.
var turnsTo = speaks(`\b(plutot|en fait|finalement|au lieu de (ca|cela)|instead|actually)\b`)

// enoughSaid is how many words with a meaning of their own, besides those that make the request, tell what it is about.
const enoughSaid = 3

// requestWords make a request without saying what it is about.
var requestWords = speaks(`\b(sinistres?|declar\w+|signal\w+|dossiers?|ouvr\w+|viens|vers|vien|souhait\w+|reclam\w+|plain\w+|depos\w+|enregistr\w+|conseiller\w*|parl\w+|joindre|contact\w*|appel\w*|quelqu'un|quelqu|stand|monsieur|madame|claim|report|speak|talk|person|human)\b`)

// saysMuch tells whether the message that opens a request already says what it is about.
func (t *turn) saysMuch() bool {
	return !t.saying && len(t.base.Content(requestWords.ReplaceAllString(t.said, ""))) >= enoughSaid
}
