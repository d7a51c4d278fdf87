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
 * Lines that begin with # are remarks. A single text needs no name.
 */
#include "brug.h"

enum { TEXTS = 8 };

struct texts_wanted {
	const struct field *field[TEXTS];
	bool required[TEXTS];
	struct slice now[TEXTS]; /* what it says now: shown in the editor */
	size_t n;
	const char *remark; /* translated; shown above in the editor, and before a prompt */
};
struct texts {
	struct buf text[TEXTS]; /* in wanted's order; empty: not given */
};
void texts_free(struct texts *);
/* Takes the bytes apart. ERR_USAGE: a name that is not wanted. */
enum err texts_parse(const struct texts_wanted *, struct slice bytes, struct texts *out,
		     struct fault *);
/* Asks. The editor's file is kept below drafts (mode 0600) until draft_drop: a killed editor loses
 * nothing. */
enum err texts_ask(const struct home *, const struct texts_wanted *, struct texts *out,
		   struct fault *);
/* One line from a prompt, or from standard input. */
enum err texts_line(const char *prompt, struct buf *out, struct fault *);

/*
 * Drafts: a change that was typed and not yet acknowledged: its method and its packed parameters,
 * request id included, so that sending it again does nothing twice.
 */
enum err draft_keep(const struct home *, const char *method, struct slice params, char name[32],
		    struct fault *);
void draft_drop(const struct home *, const char *name);
enum err draft_read(const struct home *, const char *name, struct buf *method, struct buf *params,
		    struct fault *);
/* Calls fn for each, oldest first. */
void draft_each(const struct home *, void (*fn)(void *ctx, const char *name, int64_t time_ms),
		void *ctx);
