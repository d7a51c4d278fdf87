#pragma once
/*
 * Killing the server under load. Eight clients write and watch in one case, each a process with a
 * ledger in memory that all share; a request is acknowledged, refused, or not known, and what is
 * not known is asked again under the same id until it is. A judge compares ledgers, pushes and
 * plan.
 */
#include "house.h"

enum { CLIENTS = 8, ENTRIES = 4096, SHOWN = 32768 };
enum outcome { SENT, ACKNOWLEDGED, REFUSED };
enum verb { ADD, START, DONE };

struct entry {
	uint8_t request[16];
	enum verb verb;
	enum outcome outcome;
	uint32_t item; /* the entry that added what this one moves */
	char code[12]; /* of the item, from the answer */
};
struct shown { /* one push, as far as everybody sees the same of it */
	char code[12];
	uint64_t mark;
};
struct client {
	uint64_t seed;
	uint32_t entries_n, shown_n;
	_Atomic int32_t ready, done;
	uint32_t retries, twice; /* sent again after a break; asked again though answered */
	char wrong[600];         /* what should not have happened, or "" */
	uint8_t cursor[256];
	size_t cursor_n;
	struct entry entries[ENTRIES];
	struct shown shown[SHOWN];
};
enum phase { GATHER, RUN, FINISH, FENCE };
struct battle {
	_Atomic int32_t phase;
	char code[16]; /* the case's */
	char fence[16];
	struct client clients[CLIENTS];
};

extern const char *const crash_handles[3];
/* client.c: one client's life in one round, in a process of its own; its exit status. */
int client_live(struct battle *, int number);
/* judge.c: true when the round was right; otherwise says on stdout what was not. */
bool judge(struct battle *, struct link *noor);
