#pragma once
/*
 * Texts: what a person writes. From an editor or a prompt on a terminal, from standard input
 * otherwise; never from the command line. Several texts at once have one form everywhere, a line
 * "name:" before each:
 *
 *   signaal: er loopt een traject
 *   inhoud:
 *   De hele tekst, zo lang als nodig.
 *
 * In an editor lines that begin with "# " are remarks. A single text needs no name.
 */
#include "brug.h"

enum { TEXTS = 8 };

struct texts_wanted {
	const struct field *field[TEXTS];
	bool required[TEXTS];
	struct slice now[TEXTS]; /* what it says now: shown in the editor */
	size_t n;
	const char *remark; /* translated; shown above in the editor, and before a prompt */
	bool remarks;       /* lines that begin with "# " are not his words */
	const char *draft;  /* key under which the editor's text is kept: drafts.h */
};
struct texts {
	struct buf text[TEXTS]; /* in wanted's order; empty: not given */
};
void texts_free(struct texts *);
/* Takes the bytes apart. ERR_USAGE: a name that is not wanted. */
enum err texts_parse(const struct texts_wanted *, struct slice bytes, struct texts *out,
		     struct fault *);
/* Asks. What an editor was given is kept until it is whole: a killed editor loses nothing, and the
 * same question begins with what was left. */
enum err texts_ask(const struct home *, const struct texts_wanted *, struct texts *out,
		   struct fault *);
/* All of a file, ERR_USAGE beyond what any request may hold. */
enum err texts_read(int fd, struct buf *out, struct fault *);
/* One line from a prompt, or from standard input. */
enum err texts_line(const char *prompt, struct buf *out, struct fault *);
