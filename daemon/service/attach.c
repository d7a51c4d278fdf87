#include "attach.h"

#include "args.h"
#include "compose.h"
#include "due.h"
#include "items.h"
#include "keys.h"
#include "meet.h"

#include <openssl/evp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 49152, MIB = 1024 * 1024, ONE_MOST = 10 * MIB };
static const uint64_t own_most = 50ULL * MIB; /* of one person in one case */
static const int64_t stale_ms = 24LL * 60 * 60 * 1000;

/* Each piece is bound to its place: none can stand for another. */
static uint64_t chunk_tag(uint64_t n)
{
	return n << 16 | TEXT_CHUNK;
}

static void put_attach(struct request *rq, const struct rec_attach *a)
{
	struct key k = key_2(rq->case_id, a->id);

	put_record(rq, TAB_ATTACH, key_view(&k), REC_attach, a);
}

static struct slice name_of(struct request *rq, const struct rec_attach *a)
{
	return arena_fmt(rq->arena, "b%llx", (unsigned long long)a->id);
}

static enum err attach_read(struct request *rq, uint64_t id, struct rec_attach *out)
{
	struct key k = key_2(rq->case_id, id);

	return get_record(rq, TAB_ATTACH, key_view(&k), REC_attach, out);
}

/* Not whole: its maker's alone. Otherwise for who sees all of the item. */
static bool sees(struct request *rq, const struct rec_attach *a, struct rec_item *item)
{
	if (item_by_num(rq, a->item, item) != ERR_OK || item_level(rq, item) < LEVEL_INHOUD)
		return false;
	return a->done || a->by == rq->who->person;
}

static enum err attach_arg(struct request *rq, struct rec_attach *out, struct rec_item *item)
{
	struct slice name = arg_str(rq, "attachment");
	const char *z = arena_str(rq->arena, name);

	if (name.n < 2 || *z != 'b' || attach_read(rq, strtoull(z + 1, NULL, 16), out) != ERR_OK ||
	    !slice_eq(name, name_of(rq, out)) || !sees(rq, out, item))
		return refuse_absent(rq);
	return ERR_OK;
}

static enum err mine(struct request *rq, const struct rec_attach *a)
{
	if (a->by == rq->who->person)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("This attachment is somebody else's."), NULL,
		      N_("Ask who put it there: brug say ITEM"));
}

/* -- sending ----------------------------------------------------------------------------------- */

/* What hangs on it is part of it: it comes and goes as long as the text itself may change. */
static enum err not_frozen(struct request *rq, const struct rec_item *item)
{
	TRY(meet_frozen(rq, item));
	return compose_fresh(rq, item);
}

static enum err may_hang(struct request *rq, const struct rec_item *item)
{
	unsigned who = policy_who(rq->sight, rq->who, item, rq->now);

	if (item_level(rq, item) == LEVEL_INHOUD &&
	    (who & (WHO_OWNER | WHO_EXECUTOR | WHO_LEAD | WHO_PERSON)))
		return not_frozen(rq, item);
	return refuse(
		rq, ERR_REFUSED, N_("You cannot hang anything on this item."),
		N_("Its owner agency, who does it, the casusregisseur and the person can; on a "
		   "message its author."),
		N_("Write a message about it, and hang it on that: brug say ITEM"));
}

/* What is his own alone is counted: a limit over all would tell of what he does not see. */
static enum err room_for(struct request *rq, uint64_t size)
{
	struct key prefix = key_u64(rq->case_id);
	uint64_t used = 0;
	struct walk w;

	if (!size || size > ONE_MOST)
		return refuse(rq, ERR_LIMIT, N_("An attachment holds 1 byte to 10 MiB."), NULL,
			      N_("Send less of it, or say in a message where it lies."));
	for (store_walk(rq->house->store, TAB_ATTACH, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_attach a;

		if (rec_read(REC_attach, w.val, rq->arena, &a) == ERR_OK && a.by == rq->who->person)
			used += a.size;
	}
	store_walk_end(&w);
	if (used + size <= own_most)
		return ERR_OK;
	return refuse(rq, ERR_LIMIT, N_("Your attachments in this case would be more than 50 MiB."),
		      NULL, N_("Take one away: brug detach ITEM NR"));
}

/* One of his that broke off: the same bytes on the same item. */
static bool broke_off(struct request *rq, const struct rec_item *item, struct rec_attach *out)
{
	struct key prefix = key_u64(rq->case_id);
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_ATTACH, key_view(&prefix), &w); w.on && !found;
	     store_next(&w))
		found = rec_read(REC_attach, arena_copy(rq->arena, w.val), rq->arena, out) ==
				ERR_OK &&
			!out->done && out->by == rq->who->person && out->item == item->num &&
			out->size == (uint64_t)arg_int(rq, "size", 0) &&
			slice_eq(out->hash, arg_str(rq, "hash"));
	store_walk_end(&w);
	return found;
}

static void begin(struct request *rq, const struct rec_item *item, struct rec_attach *a)
{
	*a = (struct rec_attach){.id = random_u64() >> 1,
				 .item = item->num,
				 .by = rq->who->person,
				 .made = rq->now,
				 .size = (uint64_t)arg_int(rq, "size", 0),
				 .hash = arg_str(rq, "hash")};
	a->sealed = seal_text(rq, a->id, TEXT_ATTACH, arg_str(rq, "name"));
	put_attach(rq, a);
	due_put(rq, a->made + stale_ms, a->id, DUE_ATTACH);
}

enum err serve_attach_begin(struct request *rq)
{
	struct rec_attach a;
	struct rec_item item;

	TRY(item_arg(rq, "item", &item));
	TRY(may_hang(rq, &item));
	if (arg_str(rq, "hash").n != 32)
		return refuse(rq, ERR_USAGE, N_("That is not a SHA-256."), NULL,
			      N_("Send the 32 bytes of it."));
	if (!broke_off(rq, &item, &a)) {
		TRY(room_for(rq, (uint64_t)arg_int(rq, "size", 0)));
		begin(rq, &item, &a);
	}
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "attachment", name_of(rq, &a));
	pack_kv_int(rq->out, "chunk", CHUNK);
	pack_kv_int(rq->out, "next", (int64_t)a.chunks);
	return ERR_OK;
}

static uint64_t piece_bytes(const struct rec_attach *a, uint64_t n)
{
	uint64_t from = n * CHUNK;

	return from >= a->size ? 0 : a->size - from < CHUNK ? a->size - from : CHUNK;
}

enum err serve_attach_put(struct request *rq)
{
	uint64_t n = (uint64_t)arg_int(rq, "n", -1);
	struct slice bytes = arg_str(rq, "bytes");
	struct rec_attach a;
	struct rec_item item;
	struct key k;

	TRY(attach_arg(rq, &a, &item));
	TRY(mine(rq, &a));
	if (a.done || n != a.chunks || bytes.n != piece_bytes(&a, n) || !bytes.n)
		return refuse(rq, ERR_USAGE, N_("That piece does not come next."), NULL,
			      N_("Begin again: what is there is kept."));
	k = key_3(rq->case_id, a.id, n);
	change_put(&rq->change, rq->pass, TAB_CHUNK, key_view(&k),
		   seal_text(rq, a.id, chunk_tag(n), bytes));
	a.chunks++;
	put_attach(rq, &a);
	pack_map(rq->out, 1);
	pack_kv_int(rq->out, "next", (int64_t)a.chunks);
	return ERR_OK;
}

/* One piece, opened into an arena of its own. */
static enum err open_piece(struct request *rq, const struct rec_attach *a, uint64_t n,
			   struct arena *arena, struct slice *out)
{
	struct key k = key_3(rq->case_id, a->id, n);
	struct slice sealed;

	TRY(store_get(rq->house->store, TAB_CHUNK, key_view(&k), &sealed));
	return policy_open_text(rq->house->policy, rq->case_id, a->id, chunk_tag(n), sealed, arena,
				out);
}

static bool is_whole(struct request *rq, const struct rec_attach *a)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;
	uint8_t hash[32];
	uint64_t bytes = 0;

	for (uint64_t n = 0; ok && n < a->chunks; n++) {
		CLEANUP(arena_free) struct arena arena = {0};
		struct slice piece = {0};

		ok = open_piece(rq, a, n, &arena, &piece) == ERR_OK &&
		     EVP_DigestUpdate(c, piece.p, piece.n) == 1;
		bytes += piece.n;
	}
	ok = ok && bytes == a->size && EVP_DigestFinal_ex(c, hash, NULL) == 1 &&
	     slice_eq(a->hash, (struct slice){hash, sizeof(hash)});
	EVP_MD_CTX_free(c);
	return ok;
}

static void drop(struct request *rq, const struct rec_attach *a)
{
	struct key k = key_2(rq->case_id, a->id);

	change_del_all(&rq->change, rq->pass, TAB_CHUNK, key_view(&k));
	change_del(&rq->change, rq->pass, TAB_ATTACH, key_view(&k));
	if (!a->done)
		due_drop(rq, a->made + stale_ms, a->id, DUE_ATTACH);
}

enum err serve_attach_end(struct request *rq)
{
	struct rec_attach a;
	struct rec_item item;

	TRY(attach_arg(rq, &a, &item));
	TRY(mine(rq, &a));
	TRY(may_hang(rq, &item));
	if (!a.done && !is_whole(rq, &a))
		return refuse(rq, ERR_CONFLICT, N_("What arrived is not what was announced."),
			      N_("Its size or its SHA-256 differs."),
			      N_("Take it away and send it again."));
	if (!a.done) {
		due_drop(rq, a.made + stale_ms, a.id, DUE_ATTACH);
		a.done = rq->now;
		put_attach(rq, &a);
	}
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "attachment", name_of(rq, &a));
	pack_kv_str(rq->out, "item", item.code);
	return ERR_OK;
}

/* What never was whole nobody read; and from a message that was openly taken back its attachments
 * can go too: a wrong file must not stay. */
enum err serve_attach_drop(struct request *rq)
{
	struct rec_attach a;
	struct rec_item item;

	TRY(attach_arg(rq, &a, &item));
	TRY(mine(rq, &a));
	if (a.done && !slice_is(item.state, "ingetrokken"))
		TRY(not_frozen(rq, &item));
	drop(rq, &a);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "attachment", name_of(rq, &a));
	return ERR_OK;
}

enum err attach_stale(struct request *rq, uint64_t id, int64_t at)
{
	struct rec_attach a;

	if (attach_read(rq, id, &a) == ERR_OK && !a.done && a.made + stale_ms == at)
		drop(rq, &a);
	return ERR_OK;
}

/* -- reading ----------------------------------------------------------------------------------- */

static void pack_facts(struct request *rq, const struct rec_attach *a, struct buf *out)
{
	pack_kv_str(out, "name", open_text(rq, a->id, TEXT_ATTACH, a->sealed));
	pack_kv_int(out, "size", (int64_t)a->size);
	pack_kv_bin(out, "hash", a->hash);
}

static void pack_one(struct request *rq, const struct rec_attach *a, struct buf *out)
{
	pack_map(out, 6);
	pack_kv_str(out, "attachment", name_of(rq, a));
	pack_facts(rq, a, out);
	pack_kv_str(out, "by", show_person(rq, a->by));
	pack_kv_int(out, "time", a->done);
}

/* Oldest first; names are random, so the order is made here. */
static int by_time(const void *a, const void *b)
{
	const struct rec_attach *x = a, *y = b;

	if (x->done != y->done)
		return x->done < y->done ? -1 : 1;
	return x->id < y->id ? -1 : 1;
}

/* That something of an item is shown is written down as a showing of the item. */
static enum err note(struct request *rq, const struct rec_item *item)
{
	CLEANUP(buf_wipe) struct buf shown = {0};

	return serve_show(rq, item, &shown) ? ERR_OK : refuse_absent(rq);
}

size_t attach_pack(struct request *rq, const struct rec_item *item, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	struct rec_attach *v = NULL;
	size_t n = 0, cap = 0;
	struct walk w;

	for (store_walk(rq->house->store, TAB_ATTACH, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_attach a;
		struct rec_item of;

		if (rec_read(REC_attach, arena_copy(rq->arena, w.val), rq->arena, &a) != ERR_OK ||
		    a.item != item->num || !a.done || !sees(rq, &a, &of))
			continue;
		if (n == cap) {
			struct rec_attach *more;

			cap = cap ? cap * 2 : 16;
			more = ARENA_ARRAY(rq->arena, struct rec_attach, cap);
			for (size_t i = 0; i < n; i++)
				more[i] = v[i];
			v = more;
		}
		v[n++] = a;
	}
	store_walk_end(&w);
	if (n)
		qsort(v, n, sizeof(*v), by_time);
	pack_array(out, n);
	for (size_t i = 0; i < n; i++)
		pack_one(rq, &v[i], out);
	return n;
}

enum err serve_attach_list(struct request *rq)
{
	struct rec_item item;

	TRY(item_arg(rq, "item", &item));
	pack_map(rq->out, 1);
	pack_key(rq->out, "attachments");
	return attach_pack(rq, &item, rq->out) ? note(rq, &item) : ERR_OK;
}

enum err serve_attach_get(struct request *rq)
{
	struct rec_attach a;
	struct rec_item item;
	struct slice piece;

	TRY(attach_arg(rq, &a, &item));
	if (!a.done ||
	    open_piece(rq, &a, (uint64_t)arg_int(rq, "n", 0), rq->arena, &piece) != ERR_OK)
		return refuse_absent(rq);
	TRY(note(rq, &item));
	pack_map(rq->out, 5);
	pack_facts(rq, &a, rq->out);
	pack_kv_int(rq->out, "chunks", (int64_t)a.chunks);
	pack_kv_bin(rq->out, "bytes", piece);
	return ERR_OK;
}
