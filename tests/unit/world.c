#include "world.h"

#include "clock.h"
#include "codes.h"
#include "keys.h"
#include "world_fill.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef FIXTURES
#define FIXTURES "tests/fixtures"
#endif

void world_must(bool fine, const char *what)
{
	if (fine)
		return;
	fprintf(stderr, "world: %s\n", what);
	abort();
}

void world_ok(enum err err, const char *what)
{
	world_must(err == ERR_OK, what);
}

/* -- names and numbers ------------------------------------------------------------------------- */

int64_t world_time(const char *t)
{
	int64_t ms = clock_parse(t, 0);

	world_must(ms >= 0, t);
	return ms;
}

uint64_t world_person(const char *id)
{
	uint64_t n = strtoull(id + 1, NULL, 10);

	return id[0] == 'c' ? WORLD_PEOPLE : n;
}

const char *world_name(uint64_t person)
{
	static char id[24];

	if (person == WORLD_PEOPLE)
		return "c01";
	snprintf(id, sizeof(id), "u%02u", (unsigned)person);
	return id;
}

size_t world_items(struct world *w)
{
	return json_array_size(json_object_get(w->json, "items"));
}

const char *world_item_id(struct world *w, size_t i)
{
	const json_t *item = json_array_get(json_object_get(w->json, "items"), i);

	return json_string_value(json_object_get(item, "id"));
}

uint64_t world_item_num(struct world *w, const char *id)
{
	for (size_t i = 0; i < world_items(w); i++)
		if (!strcmp(world_item_id(w, i), id))
			return i + 1;
	world_must(false, id);
	return 0;
}

/* -- changes ----------------------------------------------------------------------------------- */

const struct pass *world_pass(struct world *w)
{
	return policy_pass_server(&w->arena);
}

struct change world_change(struct world *w, uint64_t case_id)
{
	return (struct change){.case_id = case_id,
			       .pos = store_position(w->store) + 1,
			       .time_ms = world_time("2026-10-01")};
}

void world_put(struct world *w, struct change *c, enum table table, struct slice key,
	       enum rec_type type, const void *rec)
{
	CLEANUP(buf_free) struct buf b = {0};

	rec_pack(type, rec, &b);
	change_put(c, world_pass(w), table, key, buf_view(&b));
}

void world_drop(struct world *w, struct change *c, enum table table, struct slice key)
{
	change_del(c, world_pass(w), table, key);
}

void world_apply(struct world *w, struct change *c)
{
	CLEANUP(buf_free) struct buf b = {0};

	change_event(c, world_pass(w), 0, 0);
	change_pack(c, &b);
	world_ok(store_apply(w->store, STREAM_FACT, c->pos, buf_view(&b)),
		 "a change is not applied");
	change_free(c);
}

void world_set(struct world *w, uint64_t case_id, enum table table, struct slice key,
	       enum rec_type type, const void *rec)
{
	struct change c = world_change(w, case_id);

	world_put(w, &c, table, key, type, rec);
	world_apply(w, &c);
}

void world_get(struct world *w, enum table table, struct slice key, enum rec_type type, void *rec)
{
	struct slice val;

	world_ok(store_get(w->store, table, key, &val), "a record is not there");
	world_ok(rec_read(type, arena_copy(&w->arena, val), &w->arena, rec), "a record is damaged");
}

/* -- opening and closing ----------------------------------------------------------------------- */

static void make_master(const char *path)
{
	FILE *f = fopen(path, "wb");
	uint8_t key[32];

	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i * 7 + 1);
	world_must(f && fwrite(key, 1, sizeof(key), f) == sizeof(key) && !fclose(f) &&
			   !chmod(path, 0600),
		   "the master key is not written");
}

static void open_rooms(struct world *w)
{
	struct store_conf conf = {.dir = w->dir, .map_bytes = 1UL << 30};
	char master[96];

	snprintf(w->dir, sizeof(w->dir), P_tmpdir "/brug-world-XXXXXX");
	world_must(mkdtemp(w->dir), "there is no folder for it");
	snprintf(master, sizeof(master), "%s/master", w->dir);
	make_master(master);
	world_ok(store_open(&conf, &w->store), "the store does not open");
	world_ok(keyring_open(w->dir, master, &w->keyring), "the keyring does not open");
	w->policy = policy_new(w->store, w->keyring);
}

void world_open(struct world *w)
{
	json_error_t error;

	*w = (struct world){.case_id = case_number(SLICE("J-0417"))};
	w->json = json_load_file(FIXTURES "/jeffrey.json", 0, &error);
	world_must(w->json, error.text);
	open_rooms(w);
	world_ok(keyring_make(w->keyring, w->case_id), "the case gets no key");
	world_fill(w);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void world_close(struct world *w)
{
	policy_free(w->policy);
	keyring_close(w->keyring);
	store_close(w->store);
	json_decref(w->json);
	arena_free(&w->arena);
	nftw(w->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* -- asking ------------------------------------------------------------------------------------ */

struct viewer world_viewer(struct world *w, const char *id)
{
	uint64_t person = world_person(id);

	return (struct viewer){.person = person, .device = world_device(w, person)};
}

const struct sight_case *world_case(struct world *w)
{
	const struct sight_case *c;

	world_ok(policy_case(w->policy, w->case_id, &c), "there is no case");
	return c;
}

struct sight world_sight(struct world *w, const char *who, const char *id, const char *t)
{
	struct viewer viewer = world_viewer(w, who);
	struct rec_item item = world_item(w, id);
	struct sight s;

	world_ok(policy_sight_of(w->policy, world_case(w), &viewer, &item, world_time(t), &s),
		 "sight does not answer");
	return s;
}

enum level world_level(struct world *w, const char *who, const char *id, const char *t)
{
	return world_sight(w, who, id, t).level;
}

struct slice world_device(struct world *w, uint64_t person)
{
	uint8_t spki[32] = {0xde, 0xf1};

	put_be64(spki + 24, person);
	return arena_copy(&w->arena, (struct slice){spki, sizeof(spki)});
}

struct rec_item world_item(struct world *w, const char *id)
{
	struct key k = key_2(w->case_id, world_item_num(w, id));
	struct rec_item item;

	world_get(w, TAB_ITEM, key_view(&k), REC_item, &item);
	return item;
}
