#pragma once
/*
 * Outcomes: wire code = return code = exit status (err.def).
 *
 * A function that can fail returns enum err; ERR_OK is 0. Three kinds of failure (docs/HACKING.md):
 * a bug is an assert; the environment failing is logged once where it happened and passed on as
 * ERR_INTERNAL, ERR_FULL or ERR_AWAY; a refusal is returned, and the dispatcher answers it.
 */
#define N_(text) text

enum err {
#define ERR(symbol, number, text) ERR_##symbol = number,
#include "err.def"
#undef ERR
};

/* The symbol in lower case ("notfound"), or "?" for a number that is not in err.def. Static. */
const char *err_name(int code);
/* The sentence (an English msgid), never NULL. Static. */
const char *err_text(int code);
/* Walks the table: the i-th row's number, or -1 past the end. */
int err_nth(unsigned i);

/* Returns from the calling function unless expr is ERR_OK. The only macro that hides a return. */
#define TRY(expr)                                                                                  \
	do {                                                                                       \
		enum err try_err = (expr);                                                         \
		if (try_err != ERR_OK)                                                             \
			return try_err;                                                            \
	} while (0)

/* On every local that owns something: fn takes the address of the local. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))
