/* The words of the practice as the person reads them: short, and none that one has to learn. */
#include "cli.h"

#include <string.h>

static const struct {
	enum plain of;
	const char *word, *plain;
} words[] = {
	/* kinds */
	{PLAIN_KIND, "doel", N_("what you want to reach")},
	{PLAIN_KIND, "actie", N_("what will be done")},
	{PLAIN_KIND, "afspraak", N_("a promise")},
	{PLAIN_KIND, "feit", N_("something that was seen or heard")},
	{PLAIN_KIND, "notitie", N_("a note")},
	{PLAIN_KIND, "duiding", N_("what a helper thinks of it")},
	{PLAIN_KIND, "zelfbeeld", N_("how you see it yourself")},
	{PLAIN_KIND, "strategie", N_("how a helper works with you")},
	{PLAIN_KIND, "bericht", N_("a message")},
	{PLAIN_KIND, "knelpunt", N_("what does not work between services")},
	{PLAIN_KIND, "signaal", N_("how it goes between people")},
	{PLAIN_KIND, "afweging", N_("why a rule was set aside")},
	{PLAIN_KIND, "akkoord", N_("whether you agree with the plan")},
	{PLAIN_KIND, "besluit", N_("what was decided")},
	{PLAIN_KIND, "agendapunt", N_("when it is talked about")},
	{PLAIN_KIND, "inbreng", N_("what somebody brought to the talk")},
	{PLAIN_KIND, "contact", N_("a talk with you")},
	{PLAIN_KIND, "score", N_("how it goes")},
	{PLAIN_KIND, "weging", N_("whether we can help you")},
	{PLAIN_KIND, "stem", N_("what you said")},
	/* states */
	{PLAIN_STATE, "voorstel", N_("not begun yet")},
	{PLAIN_STATE, "actief", N_("we are working on it")},
	{PLAIN_STATE, "gehaald", N_("reached")},
	{PLAIN_STATE, "losgelaten", N_("stopped")},
	{PLAIN_STATE, "open", N_("not begun yet")},
	{PLAIN_STATE, "loopt", N_("we are working on it")},
	{PLAIN_STATE, "klaar", N_("done")},
	{PLAIN_STATE, "verlopen", N_("too late")},
	{PLAIN_STATE, "geweigerd", N_("who was to do it said no")},
	{PLAIN_STATE, "vervallen", N_("no longer needed")},
	{PLAIN_STATE, "geldig", N_("it counts")},
	{PLAIN_STATE, "genomen", N_("decided")},
	{PLAIN_STATE, "opgelost", N_("solved")},
	{PLAIN_STATE, "gezegd", N_("you said it")},
	{PLAIN_STATE, "gehoord", N_("we talked about it")},
	/* what data is about */
	{PLAIN_CATEGORY, "plan", N_("your plan")},
	{PLAIN_CATEGORY, "proces", N_("how services work together")},
	{PLAIN_CATEGORY, "planzorg", N_("care in your plan")},
	{PLAIN_CATEGORY, "gezondheid", N_("your health")},
	{PLAIN_CATEGORY, "politie", N_("what the police knows")},
	{PLAIN_CATEGORY, "strafrecht", N_("your criminal case")},
	{PLAIN_CATEGORY, "sociaal", N_("your money, work and home")},
	{PLAIN_CATEGORY, "derden", N_("people around you")},
	{PLAIN_CATEGORY, "zelf", N_("your own words")},
	/* who */
	{PLAIN_ROLE, "casusregisseur", N_("your first contact")},
	{PLAIN_ROLE, "procesregisseur", N_("helps services to work together")},
	{PLAIN_ROLE, "informatiecoordinator", N_("prepares the talks")},
	{PLAIN_ROLE, "helper", N_("helps you")},
	{PLAIN_ROLE, "gast", N_("was there once")},
	{PLAIN_ROLE, "betrokkene", N_("you")},
	{PLAIN_ROLE, "ondersteuner", N_("speaks for you, if you want")},
	/* an item, by how much of it is seen */
	{PLAIN_FIELD, "bestaan", N_("only that there is something")},
	{PLAIN_FIELD, "signaal", N_("in one line")},
	{PLAIN_FIELD, "kern", N_("the most important things")},
	{PLAIN_FIELD, "inhoud", N_("all of it")},
	/* what he may ask */
	{PLAIN_ASKED, "inzage", N_("you want to read it")},
	{PLAIN_ASKED, "rectificatie", N_("it must be put right")},
	{PLAIN_ASKED, "beperking", N_("they must not use it for now")},
	{PLAIN_ASKED, "bezwaar", N_("you do not want this")},
	{PLAIN_ASKED, "wissen", N_("it must go")},
	{PLAIN_ASKED, "gegevens_mee", N_("you want it on paper")},
	{PLAIN_ASKED, "toegewezen", N_("yes")},
	{PLAIN_ASKED, "deels", N_("partly")},
	{PLAIN_ASKED, "afgewezen", N_("no")},
	{PLAIN_ASKED, "nee", N_("no")},
	{PLAIN_ASKED, "niet_gevraagd", N_("you were not asked yet")},
	/* how a helper works */
	{PLAIN_WAY, "kansen", N_("looks for chances for you")},
	{PLAIN_WAY, "competenties", N_("teaches you something")},
	{PLAIN_WAY, "bij_de_hand", N_("takes you by the hand")},
	{PLAIN_WAY, "cocreeren", N_("makes it together with you")},
	{PLAIN_WAY, "begrenzen", N_("says what you must do")},
	/* fields */
	{PLAIN_FIELD, "kind", N_("what it is")},
	{PLAIN_FIELD, "category", N_("what it is about")},
	{PLAIN_FIELD, "agency", N_("whose it is")},
	{PLAIN_FIELD, "state", N_("how it stands")},
	{PLAIN_FIELD, "made", N_("written on")},
	{PLAIN_FIELD, "author", N_("written by")},
	{PLAIN_FIELD, "rev", N_("how often it was changed")},
	{PLAIN_FIELD, "by", N_("changed by")},
	{PLAIN_FIELD, "changed", N_("changed on")},
	{PLAIN_FIELD, "purposes", N_("what it may be used for")},
	{PLAIN_FIELD, "why", N_("the reason")},
	{PLAIN_FIELD, "leefgebieden", N_("part of your life")},
	{PLAIN_FIELD, "uitvoerder", N_("who does it")},
	{PLAIN_FIELD, "termijn", N_("before when")},
	{PLAIN_FIELD, "woorden", N_("in your words")},
	{PLAIN_FIELD, "eigenaar", N_("whose goal it is")},
	{PLAIN_FIELD, "hardheid", N_("how sure it is")},
	{PLAIN_FIELD, "bron", N_("where it comes from")},
	{PLAIN_FIELD, "typering", N_("the word for it")},
	{PLAIN_FIELD, "over", N_("what it is about")},
	{PLAIN_FIELD, "soort", N_("what sort")},
	{PLAIN_FIELD, "tussen", N_("between whom")},
	{PLAIN_FIELD, "verklaard", N_("how he says he works")},
	{PLAIN_FIELD, "ervaren", N_("how you feel it")},
	{PLAIN_FIELD, "willen", N_("how much you want it")},
	{PLAIN_FIELD, "kunnen", N_("how well it works for you")},
	{PLAIN_FIELD, "bevestigd", N_("looked at together with you")},
	{PLAIN_FIELD, "stand", N_("do you agree")},
	{PLAIN_FIELD, "getuige", N_("who was there")},
	{PLAIN_FIELD, "akkoord", N_("who agrees")},
	{PLAIN_FIELD, "voorbehoud", N_("who does not agree yet")},
	{PLAIN_FIELD, "contact", N_("whom you can call")},
};

struct slice plain_or(enum plain of, struct slice word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].of == of && slice_is(word, words[i].word))
			return slice_of(lang_text(words[i].plain));
	return word;
}
