/* What cannot be undone is not done by a slip of the hand. */
#include "admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void line_free(char **line)
{
	free(*line);
}

/* On a terminal the code is typed once more; a script has said it once, and that is enough. */
static enum err sure(struct run *r)
{
	struct slice code = options_get(&r->options, "case");
	CLEANUP(line_free) char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (!code.n || !isatty(STDIN_FILENO))
		return ERR_OK;
	fprintf(stderr, _("Nothing of %.*s can be read again, by nobody and from no backup."),
		SLICE_ARG(code));
	fprintf(stderr, "\n%s ", _("Type the code of the case once more to erase it:"));
	n = getline(&line, &room, stdin);
	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == ' '))
		n--;
	if (n > 0 && slice_eq((struct slice){(const uint8_t *)line, (size_t)n}, code))
		return ERR_OK;
	return fault_set(&r->fault, ERR_USAGE, N_("That is not its code: nothing was erased."),
			 NULL, N_("Run it again when you are sure."), NULL);
}

enum err go_erase(struct run *r)
{
	TRY(sure(r));
	return go_change(r);
}
