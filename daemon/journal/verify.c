/* The journal checked from its first byte, without the server: a copy will do. */
#include "journal.h"

#include "segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verify {
	struct proof *proof;
	uint64_t facts, seen;
	uint8_t chain[CHAIN];
	bool *found; /* of proof->kept: it is in the journal */
	char *why;
	const char *(*say)(const char *)__attribute__((format_arg(1)));
};

static const char *as_is(const char *msgid)
{
	return msgid;
}

static bool complain(struct verify *v, uint32_t segment, size_t at, const char *what)
{
	snprintf(v->why, 256, "%08u.seg %s (offset %zu)", segment, v->say(what), at);
	return false;
}

static void look_for_kept(struct verify *v, struct slice payload)
{
	for (size_t i = 0; i < v->proof->kept_n; i++)
		if (!memcmp(v->proof->kept + i * CHECKPOINT_BYTES, payload.p, CHECKPOINT_BYTES))
			v->found[i] = true;
}

/* It says what the chain was, and the server's key says it. */
static bool sound_checkpoint(struct verify *v, const struct frame_walk *w,
			     const uint8_t before[CHAIN])
{
	struct checkpoint c;

	if (!checkpoint_get(w->f.payload, &c) || c.facts != w->facts || c.seen != w->seen ||
	    memcmp(c.chain, before, CHAIN) != 0)
		return complain(v, w->map->head.number, w->at,
				N_("has a checkpoint that does not fit"));
	if (v->proof->key && !checkpoint_is_signed(&c, v->proof->key))
		return complain(v, w->map->head.number, w->at,
				N_("has a checkpoint that the server did not sign"));
	v->proof->checkpoints++;
	look_for_kept(v, w->f.payload);
	return true;
}

static bool delivered(struct verify *v, const struct frame_walk *w)
{
	enum log_stream stream = w->f.stream == FRAME_FACT ? LOG_FACTS : LOG_SEEN;

	return !v->proof->deliver || w->f.stream == FRAME_CHECKPOINT ||
	       v->proof->deliver(v->proof->deliver_ctx, stream, w->f.pos, w->f.payload) == ERR_OK ||
	       complain(v, w->map->head.number, w->at, N_("holds a record that cannot be applied"));
}

static bool verify_frames(struct verify *v, const struct segment_map *m, bool last)
{
	struct frame_walk w;
	uint8_t before[CHAIN];

	frames_begin(m, &w);
	memcpy(before, w.chain, CHAIN);
	while (frames_next(&w)) {
		if (w.f.stream == FRAME_CHECKPOINT && !sound_checkpoint(v, &w, before))
			return false;
		if (!delivered(v, &w))
			return false;
		memcpy(before, w.chain, CHAIN);
	}
	if (!segment_blank(m, w.next))
		return complain(v, m->head.number, w.next,
				last ? N_("is torn or damaged") : N_("is damaged"));
	v->facts = w.facts;
	v->seen = w.seen;
	memcpy(v->chain, w.chain, CHAIN);
	return true;
}

static bool verify_segment(struct verify *v, const char *dir, uint32_t n, bool last)
{
	struct segment_map m;
	bool ok;

	if (!segment_map(dir, n, &m)) {
		segment_unmap(&m);
		return complain(v, n, 0, N_("is missing or its head is damaged"));
	}
	/* the first begins at nothing: no journal is trimmed, so one that begins later was cut */
	ok = m.head.facts == v->facts && m.head.seen == v->seen &&
	     !memcmp(m.head.chain, v->chain, CHAIN);
	if (!ok)
		complain(v, n, 0,
			 n == 1 ? N_("does not begin at the beginning")
				: N_("does not continue the one before it"));
	ok = ok && verify_frames(v, &m, last);
	segment_unmap(&m);
	return ok;
}

/* What was kept elsewhere must be signed by the server, and be in the journal. */
static bool all_found(struct verify *v)
{
	for (size_t i = 0; i < v->proof->kept_n; i++) {
		struct slice bytes = {v->proof->kept + i * CHECKPOINT_BYTES, CHECKPOINT_BYTES};
		struct checkpoint c;

		if (v->found[i] || !checkpoint_get(bytes, &c))
			continue;
		snprintf(v->why, 256, "%s (%llu + %llu)",
			 v->say(N_("the journal does not hold a checkpoint that was kept: it was "
				   "cut off, or is another")),
			 (unsigned long long)c.facts, (unsigned long long)c.seen);
		return false;
	}
	return true;
}

enum log_status segments_verify(const char *dir, struct proof *proof, char why[256])
{
	struct verify v = {.proof = proof, .why = why, .say = proof->say ? proof->say : as_is};
	uint32_t first = 0, last = 0;
	bool ok = true;

	why[0] = 0;
	proof->facts = proof->seen = proof->checkpoints = 0;
	v.found = calloc(proof->kept_n + 1, sizeof(*v.found));
	if (!v.found)
		abort();
	if (!segments_range(dir, &first, &last)) {
		snprintf(why, 256, "%s",
			 v.say(N_("there is no journal here: no file 00000001.seg")));
		ok = false;
	}
	for (uint32_t n = 1; n <= last && ok; n++)
		ok = verify_segment(&v, dir, n, n == last);
	ok = ok && all_found(&v);
	free(v.found);
	proof->facts = v.facts;
	proof->seen = v.seen;
	return ok ? LOG_OK : LOG_CORRUPT;
}
