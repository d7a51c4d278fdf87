/*
 * The journal's files, as a disk may give them back: a start either cuts a torn tail or says where
 * the damage is; what was opened is read to its end, goes on, and is whole afterwards.
 *
 * The first byte says how the rest makes the files: 'H' a sound head and then the bytes, 'K' the
 * bytes as checkpoints that were kept elsewhere, 'F' frames with sound sums and then wounds to
 * them; anything else is the whole of the file.
 */
#include "fuzz.h"

#include "journal.h"
#include "segment.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLANK = 256, PAYLOAD = 64 };

static const char *first(void)
{
	return fuzz_path("journal/00000001.seg");
}

/* Anew: nothing of the last input may be there. */
static void clear(void)
{
	char command[600];

	snprintf(command, sizeof(command), "rm -rf %s/journal; mkdir %s/journal", fuzz_dir(),
		 fuzz_dir());
	if (access(fuzz_path("journal"), F_OK) != 0) {
		must(system(command) == 0, "the folder is made");
		return;
	}
	for (unsigned i = 1; i < 4; i++) {
		char path[600];

		segment_path(fuzz_path("journal"), i, path, sizeof(path));
		unlink(path);
	}
	if (access(fuzz_path("journal/torn"), F_OK) == 0)
		must(system(command) == 0, "the folder is emptied");
}

static void head(struct buf *out)
{
	struct segment_head h = {.number = 1};
	uint8_t bytes[SEGMENT_HEAD];

	segment_head_put(&h, bytes);
	buf_add(out, bytes, sizeof(bytes));
}

/* Frames: stream(1) batch goes on(1) length(1) payload; then, after a stream 0, wounds: place(2)
 * what to flip(1). */
static void frames(struct slice *s, struct buf *out)
{
	uint64_t facts = 0, seen = 0;
	uint8_t chain[CHAIN] = {0};
	uint32_t batch = 1;

	while (s->n) {
		uint8_t stream = (uint8_t)(fuzz_number(s, 1) % 4);
		struct slice payload;
		uint64_t pos;

		if (!stream)
			return;
		batch += fuzz_number(s, 1) % 3 == 1;
		payload = fuzz_take(s, fuzz_number(s, 1) % PAYLOAD);
		if (!payload.n)
			continue;
		pos = stream == FRAME_FACT ? ++facts : stream == FRAME_SEEN ? ++seen : facts;
		frame_put(out, stream, batch, pos, payload, chain);
	}
}

static void wound(struct slice s, struct buf *out)
{
	while (s.n >= 3) {
		size_t at = (size_t)fuzz_number(&s, 2);
		uint8_t flip = (uint8_t)fuzz_number(&s, 1);

		if (out->n)
			out->p[at % out->n] ^= flip;
	}
}

static void lay(struct slice s, uint64_t how)
{
	CLEANUP(buf_free) struct buf out = {0};

	if (how == 'H' || how == 'F' || how == 'K')
		head(&out);
	if (how == 'F') {
		frames(&s, &out);
		for (int i = 0; i < BLANK; i++)
			buf_u8(&out, 0);
		wound(s, &out);
	} else if (how != 'K') {
		buf_slice(&out, s);
	}
	fuzz_write(first(), buf_view(&out));
}

struct heard {
	uint64_t facts, seen;
};

static enum err hear(void *ctx, enum log_stream stream, log_pos pos, struct slice record)
{
	struct heard *h = ctx;
	uint64_t *last = stream == LOG_FACTS ? &h->facts : &h->seen;

	must(pos == *last + 1, "positions have no gap");
	must(record.n > 0, "a record holds something");
	*last = pos;
	return ERR_OK;
}

static bool verified(struct slice kept)
{
	uint8_t key[CHECKPOINT_KEY] = {1};
	struct proof proof = {.kept = kept.p, .kept_n = kept.n / CHECKPOINT_BYTES};
	char why[256] = "";
	bool whole;

	proof.key = kept.n ? key : NULL;
	whole = segments_verify(fuzz_path("journal"), &proof, why) == LOG_OK;
	must(whole || *why, "a journal that is not whole says where");
	return whole;
}

/* Only a journal that was begun here begins at nothing. */
static bool begun_at_nothing(void)
{
	struct segment_map m;
	bool is = segment_map(fuzz_path("journal"), 1, &m) && !m.head.facts && !m.head.seen;

	for (int i = 0; is && i < CHAIN; i++)
		is = !m.head.chain[i];
	segment_unmap(&m);
	return is;
}

static void go_on(struct log *log)
{
	struct heard h = {0};
	log_pos facts = log->ops->head(log, LOG_FACTS);
	enum log_status st;

	must(log->ops->follow(log, 0, 0, hear, &h) == LOG_OK, "what was opened is read");
	must(h.facts == facts && h.seen == log->ops->head(log, LOG_SEEN), "to its end");
	st = log->ops->append(log, LOG_FACTS, facts, SLICE("one more"));
	must(st == LOG_OK || st == LOG_FULL, "it goes on");
	must(log->ops->sync(log) == LOG_OK, "durably");
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct segments_conf conf = {
		.dir = fuzz_path("journal"), .segment_bytes = 4096, .reserve_bytes = 1};
	struct slice s = {p, n};
	uint64_t how = fuzz_number(&s, 1);
	bool whole, sound;
	struct log *log;
	char why[256];

	clear();
	lay(s, how);
	whole = verified(how == 'K' ? s : (struct slice){0});
	if (segments_open(&conf, &log, why) != LOG_OK) {
		must(!whole, "a whole journal is opened");
		must(*why != 0, "one that is not opened says why");
		return 0;
	}
	sound = begun_at_nothing();
	if (sound)
		go_on(log);
	log->ops->close(log);
	/* checkpoints are looked at by verify alone, and what is laid here is none */
	if (sound && how != 'F' && how != 'K')
		must(whole || verified((struct slice){0}), "what was opened is whole afterwards");
	return 0;
}
