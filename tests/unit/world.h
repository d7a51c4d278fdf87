#pragma once
/*
 * World: the Jeffrey case (tests/fixtures/jeffrey.json) as a real store, keyring and policy, in a
 * folder of its own that goes with it. Anything that fails while making it ends the test.
 *
 * People are numbered as they are called: u01 is 1, u20 is 20, and c01, the person himself, is 21.
 * Their handles are "u01@wijk"; c01 is "c01@client". Each has one device. The case is J-0417; its
 * items are numbered in the order of the file.
 */
#include "change.h"
#include "policy.h"
#include "records.h"

#include <jansson.h>

struct world {
	char dir[64];
	struct store *store;
	struct keyring *keyring;
	struct policy *policy;
	uint64_t case_id;
	json_t *json;
	struct arena arena; /* what the functions below give lives here */
};
void world_open(struct world *);
void world_close(struct world *);

enum { WORLD_PEOPLE = 21, WORLD_NOBODY = 99 /* a person number that nobody has */ };
uint64_t world_person(const char *id);   /* "u07" */
const char *world_name(uint64_t person); /* and back; static until the next call */
/* SHA-256 of the public key of his device, as far as anybody here can tell. */
struct slice world_device(struct world *, uint64_t person);
/* He, on his device, under all his purposes. */
struct viewer world_viewer(struct world *, const char *id);

size_t world_items(struct world *);
const char *world_item_id(struct world *, size_t i); /* "F3" */
/* As it stands in the store. */
struct rec_item world_item(struct world *, const char *id);
const struct sight_case *world_case(struct world *);
/* What he sees of the item at t, a date or a moment. */
struct sight world_sight(struct world *, const char *who, const char *item, const char *t);
enum level world_level(struct world *, const char *who, const char *item, const char *t);
int64_t world_time(const char *t);

/* A change to the world: begin, put or drop records, and apply. Applied, it says that sight moved:
 * of the case, or for changes to the house (case_id 0) of all. */
struct change world_change(struct world *, uint64_t case_id);
void world_put(struct world *, struct change *, enum table, struct slice key, enum rec_type,
	       const void *rec);
void world_drop(struct world *, struct change *, enum table, struct slice key);
void world_apply(struct world *, struct change *);
/* One record, at once. */
void world_set(struct world *, uint64_t case_id, enum table, struct slice key, enum rec_type,
	       const void *rec);
/* Reads one; it must be there. */
void world_get(struct world *, enum table, struct slice key, enum rec_type, void *rec);
/* What the server may always. */
const struct pass *world_pass(struct world *);
