#include "codes.h"

#include <stdio.h>
#include <string.h>

static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

static bool is_capital(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

/* Letters and digits give one number each, and the count of digits is part of it: J-0417 and
 * J-00417 are two. Four digits: letters * 10000 + digits. */
uint64_t case_number(struct slice code)
{
	uint64_t letters = 0, digits = 0, range = 1;
	size_t i = 0, n;

	for (; i < code.n && i < 2 && is_capital(code.p[i]); i++)
		letters = letters * 27 + (uint64_t)(code.p[i] - 'A') + 1;
	n = code.n - i;
	if (i == 0 || n < 5 || n > 8 || code.p[i] != '-')
		return 0;
	for (i++; i < code.n; i++, range *= 10) {
		if (code.p[i] < '0' || code.p[i] > '9')
			return 0;
		digits = digits * 10 + (uint64_t)(code.p[i] - '0');
	}
	return (uint64_t)(n - 5) << 56 | (letters * range + digits);
}

static unsigned number_of(uint64_t random, unsigned digits)
{
	static const unsigned below[] = {10000, 100000, 1000000, 10000000};

	return (unsigned)(random % below[digits - 4]);
}

void case_code(uint64_t random, unsigned digits, char out[CASE_CODE + 1])
{
	snprintf(out, CASE_CODE + 1, "%c-%0*u", 'A' + (char)(random % 26), (int)digits,
		 number_of(random / 26, digits));
}

void table_code(uint64_t random, struct slice sort, unsigned digits, char out[CASE_CODE + 1])
{
	snprintf(out, CASE_CODE + 1, "T%c-%0*u", slice_is(sort, "proces") ? 'P' : 'L', (int)digits,
		 number_of(random, digits));
}

void item_code(uint64_t random, char out[ITEM_CODE + 1])
{
	for (int i = 0; i < ITEM_CODE; i++, random >>= 5)
		out[i] = alphabet[random & 31];
	out[ITEM_CODE] = 0;
}

struct slice item_code_case(struct slice given)
{
	const uint8_t *slash = given.n ? memchr(given.p, '/', given.n) : NULL;

	return slash ? (struct slice){given.p, (size_t)(slash - given.p)} : (struct slice){0};
}

struct slice item_code_clean(struct slice given, char out[16])
{
	struct slice of = item_code_case(given);
	size_t skip = of.n ? of.n + 1 : 0, n = given.n - skip;

	if (n == 0 || n > 15)
		return (struct slice){0};
	for (size_t i = 0; i < n; i++) {
		char c = (char)given.p[skip + i];

		out[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	return (struct slice){(const uint8_t *)out, n};
}
