/* The fit: how the person sees it, beside the strategies around him, per area of life. Questions
 * for a conversation, computed from what the asker sees. No score, no order but that of names. */
#include "args.h"
#include "items.h"
#include "look.h"
#include "slim.h"

#include <stdlib.h>

static const int64_t fresh_ms = 8LL * 7 * 24 * 60 * 60 * 1000;

struct image {
	struct tree t;
	int64_t when;
	bool valid;
};
struct strategy {
	struct tree t;
	struct slice helper;
};
struct fitting {
	struct image *images;
	struct strategy *strategies;
	size_t images_n, strategies_n, cap;
};

static void fitting_free(struct fitting *f)
{
	for (size_t i = 0; i < f->images_n; i++)
		tree_free(&f->images[i].t);
	for (size_t i = 0; i < f->strategies_n; i++)
		tree_free(&f->strategies[i].t);
	free(f->images);
	free(f->strategies);
}

/* -- what he sees ------------------------------------------------------------------------------ */

static void *room(void *list, size_t n, size_t size)
{
	void *more = (n & (n - 1)) == 0 ? realloc(list, (n ? n * 2 : 1) * size) : list;

	if (!more)
		abort();
	return more;
}

static void take_image(struct request *rq, const struct rec_item *item, struct fitting *f)
{
	struct image i = {.when = item->changed, .valid = slice_is(item->state, "geldig")};

	if (item_level(rq, item) < LEVEL_INHOUD || !look(rq, item, &i.t))
		return;
	f->images = room(f->images, f->images_n, sizeof(*f->images));
	f->images[f->images_n++] = i;
}

/* Who follows it: as it says, or who wrote it down; an agency for who may not know. */
static struct slice helper_of(const struct tree *t)
{
	static const char *const fields[] = {"helper", "author", "agency"};

	for (size_t i = 0; i < 3; i++)
		if (look_text(t, fields[i]).n)
			return look_text(t, fields[i]);
	return (struct slice){0};
}

static void take_strategy(struct request *rq, const struct rec_item *item, struct fitting *f)
{
	struct strategy s;

	if (!slice_is(item->state, "geldig") || item_level(rq, item) < LEVEL_KERN ||
	    !look(rq, item, &s.t))
		return;
	s.helper = helper_of(&s.t);
	f->strategies = room(f->strategies, f->strategies_n, sizeof(*f->strategies));
	f->strategies[f->strategies_n++] = s;
}

static int by_helper(const void *a, const void *b)
{
	return slice_cmp(((const struct strategy *)a)->helper,
			 ((const struct strategy *)b)->helper);
}

static void take_all(struct request *rq, struct fitting *f)
{
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if (slice_is(it.item.kind, "zelfbeeld"))
			take_image(rq, &it.item, f);
		else if (slice_is(it.item.kind, "strategie"))
			take_strategy(rq, &it.item, f);
	if (f->strategies_n)
		qsort(f->strategies, f->strategies_n, sizeof(*f->strategies), by_helper);
}

static bool on_area(const struct tree *t, const char *area)
{
	const msgpack_object *areas = look_field(t, "leefgebieden");

	for (size_t i = 0; i < obj_n(areas); i++)
		if (slice_is(obj_bytes(obj_at(areas, i)), area))
			return true;
	return false;
}

/* The last of them that holds. */
static const struct image *image_on(const struct fitting *f, const char *area)
{
	const struct image *last = NULL;

	for (size_t i = 0; i < f->images_n; i++)
		if (f->images[i].valid && on_area(&f->images[i].t, area) &&
		    (!last || f->images[i].when >= last->when))
			last = &f->images[i];
	return last;
}

/* -- packing ----------------------------------------------------------------------------------- */

static void pack_again(struct buf *out, const struct tree *t, const char *field)
{
	const msgpack_object *v = look_field(t, field);

	pack_key(out, field);
	if (v)
		pack_object(out, v);
	else
		pack_nil(out);
}

/* How he sees it, with his objection when he has one. */
static void pack_image(struct request *rq, const struct image *i, struct buf *out)
{
	const msgpack_object *objections = obj_get(tree_root(&i->t), "statements");

	pack_map(out, objections ? 9 : 8);
	pack_kv_str(out, "item", obj_bytes(obj_get(tree_root(&i->t), "item")));
	pack_again(out, &i->t, "positie");
	pack_again(out, &i->t, "uitspraak");
	pack_again(out, &i->t, "willen");
	pack_again(out, &i->t, "kunnen");
	pack_again(out, &i->t, "bevestigd");
	pack_kv_int(out, "time", i->when);
	pack_kv_bool(out, "old", rq->now - i->when > fresh_ms);
	if (objections) {
		pack_key(out, "statements");
		pack_object(out, objections);
	}
}

static void pack_strategy(const struct slim *slim, const struct strategy *s,
			  const struct image *image, struct buf *out)
{
	static const char *const words[] = {[FIT_UNKNOWN] = "onbekend",
					    [FIT_YES] = "ja",
					    [FIT_NO] = "vraag",
					    [FIT_FRAME] = "kader"};
	const struct tree none = {0};
	const struct tree *he = image ? &image->t : &none;
	struct slice declared = look_text(&s->t, "verklaard"), felt = look_text(&s->t, "ervaren");
	enum fit fit = image ? slim_fit(slim, look_text(he, "uitspraak"), look_text(he, "positie"),
					declared)
			     : slim_fit(slim, (struct slice){0}, (struct slice){0}, declared);

	pack_map(out, 6);
	pack_kv_str(out, "item", obj_bytes(obj_get(tree_root(&s->t), "item")));
	pack_kv_str(out, "helper", s->helper);
	pack_kv_str(out, "verklaard", declared);
	pack_kv_str(out, "ervaren", felt);
	pack_kv_text(out, "fits", words[fit]);
	pack_kv_bool(out, "gap", slim_gap(declared, felt));
}

static void pack_expected(const struct slim *slim, const struct image *image, struct buf *out)
{
	const struct slim_row *row = image ? slim_expected(slim, look_text(&image->t, "uitspraak"),
							   look_text(&image->t, "positie"))
					   : NULL;

	pack_kv_text(out, "strategy", row ? row->strategy : NULL);
	pack_kv_text(out, "role", row ? row->role : NULL);
}

static bool pack_area(struct request *rq, const struct slim *slim, const struct fitting *f,
		      const char *area, struct buf *out)
{
	const struct image *image = image_on(f, area);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct slice *declared = ARENA_ARRAY(rq->arena, struct slice, f->strategies_n + 1);
	size_t n = 0;

	for (size_t i = 0; i < f->strategies_n; i++) {
		if (!on_area(&f->strategies[i].t, area))
			continue;
		pack_strategy(slim, &f->strategies[i], image, &list);
		declared[n++] = look_text(&f->strategies[i].t, "verklaard");
	}
	if (!n && !image)
		return false;
	pack_map(out, 6);
	pack_kv_text(out, "leefgebied", area);
	pack_key(out, "self");
	if (image)
		pack_image(rq, image, out);
	else
		pack_nil(out);
	pack_expected(slim, image, out);
	pack_key(out, "helpers");
	pack_array(out, n);
	buf_slice(out, buf_view(&list));
	pack_kv_int(out, "strategies", (int64_t)slim_spread(slim, declared, n));
	return true;
}

static void pack_history(struct request *rq, const struct fitting *f, bool wanted)
{
	size_t n = wanted ? f->images_n : 0;

	pack_key(rq->out, "history");
	pack_array(rq->out, n);
	for (size_t i = 0; i < n; i++) {
		pack_map(rq->out, 4);
		pack_kv_int(rq->out, "time", f->images[i].when);
		pack_again(rq->out, &f->images[i].t, "leefgebieden");
		pack_again(rq->out, &f->images[i].t, "positie");
		pack_again(rq->out, &f->images[i].t, "uitspraak");
	}
}

enum err serve_case_fit(struct request *rq)
{
	const struct slim *slim = rq->house->slim ? rq->house->slim : slim_default();
	CLEANUP(fitting_free) struct fitting f = {0};
	CLEANUP(buf_wipe) struct buf list = {0};
	size_t n = 0;

	take_all(rq, &f);
	for (const char *const *a = vocab_areas; *a; a++)
		n += pack_area(rq, slim, &f, *a, &list);
	pack_map(rq->out, 5);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_kv_text(rq->out, "version", slim->version);
	pack_kv_text(rq->out, "source", slim->source);
	pack_key(rq->out, "areas");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	pack_history(rq, &f, arg_bool(rq, "history"));
	return ERR_OK;
}
