/* brug help levels, roles, purposes, categories: the words that rights are made of. */
#include "cli.h"

#include "table.h"

#include <stdio.h>
#include <string.h>

struct word {
	const char *word, *means; /* means: "" when the word says it */
};
static const struct word levels[] = {
	{"geen", N_("nothing, not even that it is there")},
	{"bestaan", N_("that there is something, of which kind and whose")},
	{"signaal", N_("one line: how it stands")},
	{"kern", N_("the core: what one needs to work together")},
	{"inhoud", N_("the whole text")},
	{NULL, NULL}};
static const struct word roles[] = {
	{"casusregisseur",
	 N_("leads the case: invites, brings it to a phase, records for the person")},
	{"procesregisseur", N_("watches over progress and bottlenecks: that, not what")},
	{"informatiecoordinator", N_("weighs what may be shared")},
	{"helper", N_("works on the plan for an agency")},
	{"gast", N_("takes part for a time, or for one point of an agenda")},
	{"betrokkene", N_("the person it is all about")},
	{"ondersteuner", N_("speaks for the person, as far as his mandate goes")},
	{"voorzitter", N_("leads a table of procesregie or of learning")},
	{"lid", N_("has a seat at a table")},
	{NULL, NULL}};
static const struct word categories[] = {
	{"plan", N_("goals, actions, agreements: the shared plan")},
	{"proces", N_("meetings, decisions, bottlenecks")},
	{"planzorg", N_("the plan of care or treatment")},
	{"gezondheid", N_("health")},
	{"politie", N_("police data")},
	{"strafrecht", N_("data of criminal justice")},
	{"sociaal", N_("the social domain: youth, income, debts, housing")},
	{"derden", N_("about others than the person: family, neighbours")},
	{"duiding", N_("how professionals explain the situation")},
	{"zelf", N_("the person's own words")},
	{"leren", N_("what a professional learns himself; shown by name alone")},
	{NULL, NULL}};

static void print_words(const struct word *w, const char *more)
{
	for (; w->word; w++) {
		CLEANUP(buf_free) struct buf line = {0};

		buf_fmt(&line, "%-22s %s", w->word, lang_text(w->means));
		table_hang(stdout, 23, buf_view(&line));
	}
	table_text(stdout, 0, slice_of(more));
}

static bool is(const char *word, const char *english, const char *dutch)
{
	size_t n = strlen(word);

	return n > 3 && (!strncmp(english, word, n) || !strncmp(dutch, word, n));
}

bool help_topic(const char *word)
{
	if (is(word, "levels", "niveaus")) {
		print_words(levels,
			    _("Each level shows what those above it show, and more. Why you see "
			      "this much of an item: brug why ITEM; who else: brug who ITEM."));
	} else if (is(word, "roles", "rollen")) {
		print_words(roles, _("Who has which role in a case: brug case show."));
	} else if (is(word, "categories", "categorieën") || is(word, "category", "categorieen")) {
		print_words(categories, _("Of which category a kind is: brug explain KIND."));
	} else if (is(word, "purposes", "doelen") || !strcmp(word, "doelbinding")) {
		table_text(
			stdout, 0,
			slice_of(_("Purposes are those of the agreement a case is under. Those of "
				   "this case, and whose they are: brug case show. Those of an "
				   "agreement, with what they mean: brug-admin agreement show.")));
	} else {
		return false;
	}
	return true;
}
