#include "codes.h"

#include <stdio.h>
#include <string.h>

static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

static bool is_capital(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

uint64_t case_number(struct slice code)
{
	uint64_t letters = 0, digits = 0;
	size_t i = 0;

	for (; i < code.n && i < 2 && is_capital(code.p[i]); i++)
		letters = letters * 27 + (uint64_t)(code.p[i] - 'A') + 1;
	if (i == 0 || code.n != i + 5 || code.p[i] != '-')
		return 0;
	for (i++; i < code.n; i++) {
		if (code.p[i] < '0' || code.p[i] > '9')
			return 0;
		digits = digits * 10 + (uint64_t)(code.p[i] - '0');
	}
	return letters * 10000 + digits;
}

void case_code(uint64_t random, char out[8])
{
	snprintf(out, 8, "%c-%04u", 'A' + (char)(random % 26), (unsigned)(random / 26 % 10000));
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
