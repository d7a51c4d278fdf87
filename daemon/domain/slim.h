#pragma once
/*
 * SLIM: the pairing of how somebody sees his situation with the strategy and role that go with it
 * (conf/slim.conf, data of the method's owners), and what that asks about who works with him. Pure.
 * It never scores a person or ranks helpers: its outcomes are questions.
 */
#include "bytes.h"
#include "err.h"

enum { SLIM_ROWS = 16 };
struct slim_row {
	char position[32]; /* "opgesloten"; "kader": a frame, which fits no position and opposes
			      none */
	char saying[32], strategy[32], role[64];
};
struct slim {
	char version[32], source[200];
	struct slim_row row[SLIM_ROWS];
	size_t n;
};
/* ERR_USAGE: why names the line and what is wrong with it. name: of the file, for why. */
enum err slim_parse(const char *text, const char *name, struct slim *out, char why[256]);
/* The file as it was when this was built. */
const struct slim *slim_default(void);
/* The row for what he says, or else for the position he is in; NULL: neither is known. */
const struct slim_row *slim_expected(const struct slim *, struct slice saying,
				     struct slice position);
bool slim_is_frame(const struct slim *, struct slice strategy);

/* One helper's strategy beside the expected one. */
enum fit { FIT_UNKNOWN, FIT_YES, FIT_NO, FIT_FRAME };
enum fit slim_fit(const struct slim *, struct slice saying, struct slice position,
		  struct slice declared);
/* He feels another strategy than the helper says he follows. */
bool slim_gap(struct slice declared, struct slice felt);
/* How many strategies are followed at once, frames left out: more than one pulls two ways. */
size_t slim_spread(const struct slim *, const struct slice *declared, size_t n);
