/* The weighing (afweging), step by step: goal first, then the rule, three corners, who decides. */
#include "cli.h"

#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void explain_steps(void)
{
	static const char *const steps[] = {
		N_("A weighing begins with the goal, not with the rule (omgekeerde toets):"),
		N_("1 doel: what is it for, in his life?"),
		N_("2 regel: which rule stands in the way, and is set aside or held more "
		   "strictly?"),
		N_("3 juridisch, sociaal, economisch: the room the law gives; what it means for "
		   "him "
		   "and those around him; what it costs and saves, for whom."),
		N_("4 who decides: somebody with the mandate. He says yes with brug decide, or "
		   "refuses "
		   "with a reason.")};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		table_text(stderr, i ? 2 : 0, slice_of(lang_text(steps[i])));
}

/* What is no text of a person is an option; on a terminal it is asked. */
static enum err ask_option(struct run *r, const char *name, const char *prompt)
{
	const struct field *f = field_find(r->kind->fields, slice_of(name));
	CLEANUP(buf_free) struct buf line = {0};

	if (options_has(&r->options, name) || !isatty(STDIN_FILENO))
		return ERR_OK;
	TRY(texts_line(prompt, &line, &r->fault));
	buf_u8(&line, 0);
	options_default(&r->options, f, slice_of(strdup((char *)line.p))); /* lives as the run */
	return ERR_OK;
}

enum err weigh_begin(struct run *r)
{
	options_default(&r->options, field_find(command_method(r->command)->params, SLICE("kind")),
			SLICE("afweging"));
	options_default(&r->options, field_find(r->kind->fields, SLICE("richting")),
			SLICE("uitzondering"));
	if (isatty(STDIN_FILENO))
		explain_steps();
	return ask_option(r, "mandaathouder", _("Who may decide it (handle@agency): "));
}

enum err go_weigh(struct run *r)
{
	return go_add(r);
}
