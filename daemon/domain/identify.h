#pragma once
/*
 * Identify: what in a text says whom it is about. A help for who checks, not in his place: it knows
 * codes, dates, numbers and the names it is given, and no descriptions. Pure.
 */
#include "bytes.h"

enum identifies {
	SAYS_NOBODY,
	SAYS_NAME,   /* of the person, or with a capital of somebody around him */
	SAYS_CASE,   /* J-0417; that of a table says nobody */
	SAYS_ITEM,   /* 7QK2: letters and digits, or a code that was given */
	SAYS_DATE,   /* a whole day: 3-2-2004, 2004-02-03, 3 februari 2004 */
	SAYS_NUMBER, /* eight digits or more: a BSN, a telephone, an account */
	SAYS_PLACE,  /* a postcode */
	SAYS_ADDRESS /* somebody@somewhere */
};
struct names {
	struct slices person; /* words of what he is called: found in capitals or without */
	struct slices around; /* words of others' names: found with their capital */
	struct slices codes;  /* of items: some are letters alone */
	unsigned only;        /* bits 1 << SAYS_...: look for these; 0: for all */
};
/* The first thing found, and where. */
enum identifies identify(struct slice text, const struct names *, struct slice *where);
/* The words of a text that could be the code of an item; added to out, which has room. */
void identify_codes(struct slice text, struct slices *out, size_t room);
/* The words of a name that count: with a capital, of three letters or more. Added to out, which has
 * room; slices of name. */
void identify_words(struct slice name, struct slices *out, size_t room);
