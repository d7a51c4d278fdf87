#include "change.h"

#include "keys.h"
#include "pack.h"

#include <assert.h>
#include <stdlib.h>

void change_put(struct change *c, const struct pass *pass, enum table table, struct slice key,
		struct slice value)
{
	assert(pass && key.n && key.n <= 511);
	pack_array(&c->puts, 3);
	pack_uint(&c->puts, table);
	pack_bin(&c->puts, key);
	pack_bin(&c->puts, value);
	c->puts_n++;
}

void change_del(struct change *c, const struct pass *pass, enum table table, struct slice key)
{
	assert(pass && key.n);
	pack_array(&c->puts, 3);
	pack_uint(&c->puts, table);
	pack_bin(&c->puts, key);
	pack_nil(&c->puts);
	c->puts_n++;
}

void change_del_all(struct change *c, const struct pass *pass, enum table table,
		    struct slice prefix)
{
	assert(pass && prefix.n >= 8);
	pack_array(&c->puts, 3);
	pack_uint(&c->puts, table);
	pack_bin(&c->puts, prefix);
	pack_bool(&c->puts, true);
	c->puts_n++;
}

void change_touch(struct change *c, uint64_t num, uint64_t rev)
{
	size_t n = c->touched_n;

	if (!num)
		return;
	if ((n & (n - 1)) == 0) { /* full: double it */
		c->touched = realloc(c->touched, (n ? n * 2 : 1) * sizeof(*c->touched));
		if (!c->touched)
			abort();
	}
	c->touched[c->touched_n++] = (struct touched){num, rev};
}

void change_event(struct change *c, const struct pass *pass, uint64_t num, uint64_t rev)
{
	struct key k = key_2(c->case_id, c->pos), v = key_2(num, rev);

	k.p[k.n++] = (uint8_t)(c->events_n >> 8);
	k.p[k.n++] = (uint8_t)c->events_n;
	c->events_n++;
	c->sight = c->sight || !num;
	change_touch(c, num, rev);
	change_put(c, pass, TAB_EVENT, key_view(&k), num ? key_view(&v) : SLICE(""));
}

void change_pack(const struct change *c, struct buf *out)
{
	pack_array(out, 8);
	pack_uint(out, SCHEMA_FACT);
	pack_uint(out, c->case_id);
	pack_uint(out, c->author);
	pack_bin(out, c->device);
	pack_int(out, c->time_ms);
	pack_str(out, c->ground);
	pack_bin(out, c->request);
	pack_array(out, c->puts_n);
	buf_slice(out, buf_view(&c->puts));
}

void change_free(struct change *c)
{
	buf_free(&c->puts);
	free(c->touched);
	c->touched = NULL;
	c->puts_n = 0;
	c->touched_n = 0;
}

/* -- disclosures ------------------------------------------------------------------------------- */

bool seen_emergency(const struct seen_item *i)
{
	static const char word[] = "nood ";
	const uint8_t *at = memmem(i->why.p, i->why.n, word, sizeof(word) - 1);

	return at && (at == i->why.p || at[-1] == ' ');
}

void seen_pack(const struct seen *s, struct buf *out)
{
	pack_array(out, 12);
	pack_uint(out, SCHEMA_SEEN);
	pack_int(out, s->time_ms);
	pack_uint(out, s->person);
	pack_uint(out, s->case_id);
	pack_str(out, s->agency);
	pack_str(out, s->role);
	pack_str(out, s->device);
	pack_str(out, s->action);
	pack_str(out, s->ref);
	pack_array(out, s->purposes.n);
	for (size_t i = 0; i < s->purposes.n; i++)
		pack_str(out, s->purposes.v[i]);
	pack_bool(out, s->emergency);
	pack_array(out, s->items_n);
	for (size_t i = 0; i < s->items_n; i++) {
		pack_array(out, 4);
		pack_uint(out, s->items[i].num);
		pack_uint(out, s->items[i].rev);
		pack_uint(out, s->items[i].level);
		pack_str(out, s->items[i].why);
	}
}

static struct slice kept(struct arena *a, const msgpack_object *o)
{
	return arena_copy(a, obj_bytes(o));
}

static void read_items(const msgpack_object *list, uint64_t case_id, struct arena *a,
		       struct seen *out)
{
	struct seen_item *v = ARENA_ARRAY(a, struct seen_item, obj_n(list) + 1);

	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *o = obj_at(list, i);

		v[i] = (struct seen_item){.case_id = case_id,
					  .num = (uint64_t)obj_int(obj_at(o, 0), 0),
					  .rev = (uint64_t)obj_int(obj_at(o, 1), 0),
					  .level = (uint8_t)obj_int(obj_at(o, 2), 0),
					  .why = kept(a, obj_at(o, 3))};
	}
	out->items = v;
	out->items_n = obj_n(list);
}

enum err seen_read(struct slice bytes, struct arena *a, struct seen *out)
{
	CLEANUP(tree_free) struct tree tree = {0};
	const msgpack_object *r;
	struct slices purposes;

	if (tree_read(&tree, bytes) != ERR_OK)
		return ERR_INTERNAL;
	r = tree_root(&tree);
	if (obj_int(obj_at(r, 0), 0) != SCHEMA_SEEN || obj_n(r) != 12)
		return ERR_INTERNAL;
	*out = (struct seen){.time_ms = obj_int(obj_at(r, 1), 0),
			     .person = (uint64_t)obj_int(obj_at(r, 2), 0),
			     .case_id = (uint64_t)obj_int(obj_at(r, 3), 0),
			     .agency = kept(a, obj_at(r, 4)),
			     .role = kept(a, obj_at(r, 5)),
			     .device = kept(a, obj_at(r, 6)),
			     .action = kept(a, obj_at(r, 7)),
			     .ref = kept(a, obj_at(r, 8)),
			     .emergency = obj_bool(obj_at(r, 10))};
	purposes = obj_strs(a, obj_at(r, 9));
	for (size_t i = 0; i < purposes.n; i++)
		purposes.v[i] = arena_copy(a, purposes.v[i]);
	out->purposes = purposes;
	read_items(obj_at(r, 11), out->case_id, a, out);
	return ERR_OK;
}
