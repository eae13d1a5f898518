package sample

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"guichet/bot"
)

var firstNames = strings.Fields(`Adèle Aïcha Alain Alexandre Amélie Anaïs André Antoine Aurélie Awa Benoît Bérénice Brigitte Camille Catherine
	Cécile Chloé Claire Clément Corinne Cyril Damien Delphine Didier Élise Éloïse Émile Fabrice Fatima Florence François Françoise Frédéric
	Gaël Gérard Gisèle Grégory Hélène Hugo Inès Irène Jacques Jérôme Joël Julie Karim Laëtitia Laurent Léa Loïc Lucie Maëlle Malika Marc
	Margaux Mathéo Maxime Mehdi Mélanie Michèle Mickaël Mohamed Nadia Nathalie Nicolas Noémie Olivier Pascal Patricia Paul Raphaël Rémi
	Rose Sébastien Sofia Solène Stéphane Sylvie Théo Thérèse Valérie Véronique Vincent Yann Yasmine Zoé`)

var lastNames = strings.Fields(`Aubert Bailly Barbier Benali Bernard Blanchard Bonnet Boucher Bourgeois Boyer Brun Caron Charpentier
	Chevalier Clément Colin Cousin Da_Costa David Delaunay Denis Diallo Dubois Dufour Dumas Dupont Durand Duval Fabre Faure Ferreira
	Fontaine Fournier François Garcia Garnier Gauthier Gérard Girard Guérin Guillot Henry Hubert Huet Jacquet Joly Lacroix Lambert Leblanc
	Leclerc Lecœur Lefèvre Legrand Lemaire Leroux Le_Goff Lopez Lucas Mallet Marchand Marie Martin Martinez Masson Mathieu Ménard Mercier
	Meunier Michel Millet Moreau Morel Moulin N’Diaye Nguyen Noël Olivier Pelletier Perrin Petit Philippe Picard Pons Prévost Renard Renaud
	Rey Richard Rivière Robin Roche Rousseau Roussel Roux Roy Sanchez Simon Thomas Traoré Vidal Vincent Weber`)

var places = []string{
	"Marché de l’Île, Nantes", "Marché des Lices, Rennes", "Halles de Lyon", "Marché Saint-Aubin, Toulouse", "Place d’Armes, Évreux",
	"Marché de Wazemmes, Lille", "Cours Saleya, Nice", "Marché d’Aligre, Paris", "Quai des Chartrons, Bordeaux", "Foire de Besançon",
}

// person is a customer who does not exist.
type person struct {
	name, email, phone, siren string
}

func newPerson(r *rand.Rand) person {
	first, last := pick(r, firstNames), strings.ReplaceAll(pick(r, lastNames), "_", " ")
	p := person{name: first + " " + last, phone: fmt.Sprintf("0%d%08d", 6+r.IntN(2), r.IntN(1e8)), siren: newSIREN(r)}
	p.email = fmt.Sprintf("%s.%s%d@%s", mailPart(first), mailPart(last), r.IntN(1000), pick(r, []string{"example.org", "example.com", "example.net"}))
	return p
}

// mailPart is a name in the letters of an address.
func mailPart(name string) string {
	return strings.NewReplacer("è", "e", "é", "e", "ë", "e", "ï", "i", "ô", "o", "ç", "c", "œ", "oe", "’", "", " ", "-").Replace(strings.ToLower(name))
}

// newSIREN makes nine digits of which the last is right.
func newSIREN(r *rand.Rand) string {
	first := fmt.Sprintf("%08d", r.IntN(1e8))
	for last := range 10 {
		if siren := first + strconv.Itoa(last); bot.ValidSIREN(siren) {
			return siren
		}
	}
	return "732829320" // of eight zeros
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
