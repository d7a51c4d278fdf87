/* The words of the practice as the person reads them: short, and none that one has to learn. */
#include "cli.h"

#include <string.h>

static const struct {
	const char *word, *plain;
} words[] = {
	/* kinds */
	{"doel", N_("what you want to reach")},
	{"actie", N_("what will be done")},
	{"afspraak", N_("a promise")},
	{"feit", N_("something that was seen or heard")},
	{"notitie", N_("a note")},
	{"duiding", N_("what a helper thinks of it")},
	{"zelfbeeld", N_("how you see it yourself")},
	{"strategie", N_("how a helper works with you")},
	{"bericht", N_("a message")},
	{"knelpunt", N_("what does not work between services")},
	{"signaal", N_("how it goes between people")},
	{"afweging", N_("why a rule was set aside")},
	{"akkoord", N_("whether you agree with the plan")},
	{"besluit", N_("what was decided")},
	{"agendapunt", N_("when it is talked about")},
	{"inbreng", N_("what somebody brought to the talk")},
	{"contact", N_("a talk with you")},
	{"score", N_("how it goes")},
	{"weging", N_("whether we can help you")},
	{"stem", N_("what you said")},
	/* states */
	{"voorstel", N_("not begun yet")},
	{"actief", N_("we are working on it")},
	{"gehaald", N_("reached")},
	{"losgelaten", N_("stopped")},
	{"open", N_("not begun yet")},
	{"loopt", N_("we are working on it")},
	{"klaar", N_("done")},
	{"verlopen", N_("too late")},
	{"geweigerd", N_("who was to do it said no")},
	{"vervallen", N_("no longer needed")},
	{"geldig", N_("it counts")},
	{"genomen", N_("decided")},
	{"opgelost", N_("solved")},
	{"gezegd", N_("you said it")},
	{"gehoord", N_("we talked about it")},
	/* what data is about */
	{"plan", N_("your plan")},
	{"proces", N_("how services work together")},
	{"planzorg", N_("care in your plan")},
	{"gezondheid", N_("your health")},
	{"politie", N_("what the police knows")},
	{"strafrecht", N_("your criminal case")},
	{"sociaal", N_("your money, work and home")},
	{"derden", N_("people around you")},
	{"zelf", N_("your own words")},
	/* who */
	{"casusregisseur", N_("your first contact")},
	{"procesregisseur", N_("helps services to work together")},
	{"informatiecoordinator", N_("prepares the talks")},
	{"helper", N_("helps you")},
	{"gast", N_("was there once")},
	{"betrokkene", N_("you")},
	{"ondersteuner", N_("speaks for you, if you want")},
	/* how much */
	{"bestaan", N_("only that there is something")},
	{"kern", N_("the most important things")},
	{"inhoud", N_("all of it")},
	/* what he may ask */
	{"inzage", N_("you want to read it")},
	{"rectificatie", N_("it must be put right")},
	{"beperking", N_("they must not use it for now")},
	{"bezwaar", N_("you do not want this")},
	{"wissen", N_("it must go")},
	{"gegevens_mee", N_("you want it on paper")},
	{"toegewezen", N_("yes")},
	{"deels", N_("partly")},
	{"afgewezen", N_("no")},
	{"nee", N_("no")},
	{"niet_gevraagd", N_("you were not asked yet")},
	/* how a helper works */
	{"kansen", N_("looks for chances for you")},
	{"competenties", N_("teaches you something")},
	{"bij_de_hand", N_("takes you by the hand")},
	{"cocreeren", N_("makes it together with you")},
	{"begrenzen", N_("says what you must do")},
	/* fields */
	{"kind", N_("what it is")},
	{"category", N_("what it is about")},
	{"agency", N_("whose it is")},
	{"state", N_("how it stands")},
	{"made", N_("written on")},
	{"author", N_("written by")},
	{"rev", N_("how often it was changed")},
	{"by", N_("changed by")},
	{"changed", N_("changed on")},
	{"purposes", N_("what it may be used for")},
	{"why", N_("the reason")},
	{"leefgebieden", N_("part of your life")},
	{"uitvoerder", N_("who does it")},
	{"termijn", N_("before when")},
	{"woorden", N_("in your words")},
	{"eigenaar", N_("whose goal it is")},
	{"hardheid", N_("how sure it is")},
	{"bron", N_("where it comes from")},
	{"typering", N_("the word for it")},
	{"over", N_("what it is about")},
	{"soort", N_("what sort")},
	{"tussen", N_("between whom")},
	{"verklaard", N_("how he says he works")},
	{"ervaren", N_("how you feel it")},
	{"willen", N_("how much you want it")},
	{"kunnen", N_("how well it works for you")},
	{"bevestigd", N_("looked at together with you")},
	{"stand", N_("do you agree")},
	{"getuige", N_("who was there")},
};

const char *plain_word(struct slice word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_is(word, words[i].word))
			return lang_text(words[i].plain);
	return NULL;
}

struct slice plain_or(struct slice word)
{
	const char *plain = plain_word(word);

	return plain ? slice_of(plain) : word;
}
