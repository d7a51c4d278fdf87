/*
 * What lies where. A table (tafel) is a room without a person: of a kind that is about one nothing
 * lies there. Kinds that are not named here lie in a case and nowhere else.
 */
#include "vocab.h"

enum { CASE = 1, PROCES = 2, LEREN = 4, TABLE = PROCES | LEREN };

static const struct {
	const char *kind;
	unsigned rooms;
} rows[] = {
	{"actie", CASE | TABLE},    {"afspraak", CASE | TABLE},   {"besluit", CASE | TABLE},
	{"bericht", CASE | TABLE},  {"belemmering", PROCES},      {"maatregel", PROCES},
	{"les", CASE | TABLE},      {"visitatie", TABLE},         {"reflectie", CASE | TABLE},
	{"leerplan", CASE | TABLE}, {"experiment", CASE | TABLE}, {"overleg", TABLE},
};

static unsigned room_of(struct slice sort)
{
	return slice_is(sort, "proces") ? PROCES : slice_is(sort, "leren") ? LEREN : CASE;
}

bool vocab_lies(struct slice kind, struct slice sort)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (slice_is(kind, rows[i].kind))
			return rows[i].rooms & room_of(sort);
	return !sort.n;
}

bool vocab_lies_category(struct slice category)
{
	return slice_is(category, "proces") || slice_is(category, "plan") ||
	       slice_is(category, "leren");
}

bool vocab_role_at_table(struct slice role)
{
	return slice_is(role, "voorzitter") || slice_is(role, "lid");
}
