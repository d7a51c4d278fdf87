/* brug voice: the person, or his supporter with him, says how a conversation was, or what he
 * wishes. On a terminal three questions lead him. Texts for the person: tests/b1. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 0 to 10, or nothing when he leaves it; anything else is asked again. */
static enum err ask_number(struct run *r, const char *field, const char *question)
{
	static char kept[3][4]; /* outlive the options */
	static unsigned at;
	char *out = kept[at++ % 3];

	if (options_has(&r->options, field))
		return ERR_OK;
	for (;;) {
		CLEANUP(buf_wipe) struct buf line = {0};
		int n;

		TRY(texts_line(question, &line, &r->fault));
		if (!line.n)
			return ERR_OK;
		buf_u8(&line, 0);
		n = atoi((char *)line.p);
		if (strspn((char *)line.p, "0123456789") != line.n - 1 || n > 10) {
			fprintf(stderr, "%s\n", _("Give a number from 0 to 10, or nothing."));
			continue;
		}
		snprintf(out, sizeof(kept[0]), "%u", (unsigned)n % 100);
		options_default(&r->options, field_find(r->kind->fields, slice_of(field)),
				slice_of(out));
		return ERR_OK;
	}
}

static enum err ask_three(struct run *r)
{
	TRY(ask_number(r, "gehoord",
		       _("Did they listen to you? 0 is not at all, 10 is very well:")));
	TRY(ask_number(r, "doelen", _("Was it about what you want? 0 to 10:")));
	return ask_number(r, "aanpak", _("Does the way you work together suit you? 0 to 10:"));
}

enum err go_voice(struct run *r)
{
	if (isatty(STDIN_FILENO) && slice_is(options_get(&r->options, "soort"), "gesprek"))
		TRY(ask_three(r));
	return go_write(r);
}
