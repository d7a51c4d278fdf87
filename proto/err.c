#include "err.h"

#include <ctype.h>
#include <stddef.h>

static const struct row {
	int number;
	const char *name, *text;
} rows[] = {
#define ERR(symbol, number, text) {number, #symbol, text},
#include "err.def"
#undef ERR
};

enum { ROWS = sizeof(rows) / sizeof(*rows), NAME = 16 };

static const struct row *row_of(int code, unsigned *at)
{
	for (unsigned i = 0; i < ROWS; i++)
		if (rows[i].number == code) {
			*at = i;
			return &rows[i];
		}
	return NULL;
}

const char *err_name(int code)
{
	static char lower[ROWS][NAME];
	unsigned at = 0;
	const struct row *r = row_of(code, &at);

	if (!r)
		return "?";
	for (int i = 0; i < NAME - 1 && r->name[i]; i++)
		lower[at][i] = (char)tolower((unsigned char)r->name[i]);
	return lower[at];
}

const char *err_text(int code)
{
	unsigned at;
	const struct row *r = row_of(code, &at);

	return r ? r->text : N_("an error this program does not know");
}

int err_nth(unsigned i)
{
	return i < ROWS ? rows[i].number : -1;
}
