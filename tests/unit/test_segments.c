#include "frame.h"
#include "journal.h"
#include "segment.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

static void set_up(void)
{
	strcpy(dir, "/tmp/brug-journal-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
}

static void tear_down(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	cr_assert_eq(system(command), 0);
}
TestSuite(segments, .init = set_up, .fini = tear_down);

static struct log *opened(uint64_t segment_bytes)
{
	char why[256];
	struct log *log = NULL;
	struct segments_conf conf = {
		.dir = dir, .segment_bytes = segment_bytes, .reserve_bytes = 1};

	cr_assert_eq(segments_open(&conf, &log, why), LOG_OK, "%s", why);
	return log;
}

static void add(struct log *log, enum log_stream stream, unsigned n)
{
	char text[40];
	log_pos head = log->ops->head(log, stream);

	snprintf(text, sizeof(text), "record %u of stream %d", n, (int)stream);
	cr_assert_eq(log->ops->append(log, stream, head, slice_of(text)), LOG_OK);
}

struct heard {
	unsigned facts, seen;
	log_pos last[3];
};
static enum err hear(void *ctx, enum log_stream stream, log_pos pos, struct slice record)
{
	struct heard *h = ctx;
	char want[40];

	snprintf(want, sizeof(want), "record %u of stream %d", (unsigned)pos, (int)stream);
	cr_assert(slice_is(record, want), "%s", want);
	cr_assert_eq(pos, h->last[stream] + 1);
	h->last[stream] = pos;
	h->facts += stream == LOG_FACTS;
	h->seen += stream == LOG_SEEN;
	return ERR_OK;
}

static struct heard follow(struct log *log, log_pos facts, log_pos seen)
{
	struct heard h = {.last = {0, facts, seen}};

	cr_assert_eq(log->ops->follow(log, facts, seen, hear, &h), LOG_OK);
	return h;
}

static void write_some(struct log *log, unsigned facts)
{
	for (unsigned i = 1; i <= facts; i++) {
		add(log, LOG_FACTS, i);
		if (i % 3 == 0)
			add(log, LOG_SEEN, i / 3);
		if (i % 4 == 0)
			cr_assert_eq(log->ops->sync(log), LOG_OK);
	}
	cr_assert_eq(log->ops->sync(log), LOG_OK);
}

Test(segments, what_was_synced_is_there_again_in_order_from_any_position)
{
	struct log *log = opened(0);

	write_some(log, 50);
	log->ops->close(log);
	log = opened(0);
	cr_expect_eq(log->ops->head(log, LOG_FACTS), 50);
	cr_expect_eq(log->ops->head(log, LOG_SEEN), 16);
	for (log_pos f = 0; f <= 50; f++) {
		struct heard h = follow(log, f, f / 4);

		cr_expect_eq(h.facts, 50 - f);
		cr_expect_eq(h.seen, 16 - f / 4);
	}
	log->ops->close(log);
}

Test(segments, it_goes_on_in_a_new_segment_when_one_is_full)
{
	struct log *log = opened(1024);
	struct proof proof = {0};
	char why[256];

	write_some(log, 200);
	log->ops->close(log);
	log = opened(1024);
	cr_expect_eq(follow(log, 0, 0).facts, 200);
	cr_expect_eq(follow(log, 150, 50).facts, 50);
	log->ops->close(log);
	cr_expect_eq(segments_verify(dir, &proof, why), LOG_OK, "%s", why);
	cr_expect_eq(proof.facts, 200);
	cr_expect_eq(proof.seen, 66);
}

Test(segments, a_journal_without_its_first_segments_or_without_any_is_not_whole)
{
	struct log *log = opened(1024);
	struct proof proof = {0};
	char why[256], path[300];

	write_some(log, 200);
	log->ops->close(log);
	for (int n = 1; n <= 2; n++) {
		snprintf(path, sizeof(path), "%s/%08d.seg", dir, n);
		cr_assert_eq(unlink(path), 0);
		cr_expect_eq(segments_verify(dir, &proof, why), LOG_CORRUPT, "%d", n);
	}
	for (int n = 3; n < 1000; n++) {
		snprintf(path, sizeof(path), "%s/%08d.seg", dir, n);
		unlink(path);
	}
	cr_expect_eq(segments_verify(dir, &proof, why), LOG_CORRUPT);
	cr_expect_not_null(strstr(why, "no journal"));
}

Test(segments, a_fact_for_another_position_is_a_conflict)
{
	struct log *log = opened(0);

	add(log, LOG_FACTS, 1);
	cr_expect_eq(log->ops->append(log, LOG_FACTS, 0, SLICE("x")), LOG_CONFLICT);
	cr_expect_eq(log->ops->append(log, LOG_FACTS, 2, SLICE("x")), LOG_CONFLICT);
	log->ops->close(log);
}

Test(segments, a_second_process_cannot_write_the_same_journal)
{
	struct log *log = opened(0), *other = NULL;
	struct segments_conf conf = {.dir = dir};
	char why[256];

	cr_expect_eq(segments_open(&conf, &other, why), LOG_UNAVAILABLE);
	log->ops->close(log);
}

Test(segments, when_the_disk_is_nearly_full_facts_are_refused_and_disclosures_are_not)
{
	struct segments_conf conf = {.dir = dir, .reserve_bytes = UINT64_MAX};
	struct log *log = NULL;
	char why[256];

	cr_assert_eq(segments_open(&conf, &log, why), LOG_OK);
	cr_expect_eq(log->ops->append(log, LOG_FACTS, 0, SLICE("x")), LOG_FULL);
	cr_expect_eq(log->ops->append(log, LOG_SEEN, 0, SLICE("x")), LOG_OK);
	log->ops->close(log);
}

/* -- the file itself --------------------------------------------------------------------------- */

static uint8_t *file_bytes(size_t *n)
{
	char path[128];
	struct stat st;
	uint8_t *p;
	int fd;

	snprintf(path, sizeof(path), "%s/00000001.seg", dir);
	fd = open(path, O_RDONLY);
	cr_assert_eq(fstat(fd, &st), 0);
	p = malloc((size_t)st.st_size);
	cr_assert_eq(read(fd, p, (size_t)st.st_size), st.st_size);
	close(fd);
	*n = (size_t)st.st_size;
	return p;
}

static void write_bytes(const uint8_t *p, size_t n)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/00000001.seg", dir);
	fd = open(path, O_WRONLY);
	cr_assert_eq(pwrite(fd, p, n, 0), (ssize_t)n);
	close(fd);
}

static size_t used(const uint8_t *p, size_t n)
{
	while (n && !p[n - 1])
		n--;
	return n;
}

Test(segments, a_tail_torn_at_any_byte_is_cut_and_all_before_it_is_kept)
{
	struct log *log = opened(8192);
	size_t n, end, before;
	uint8_t *whole, *torn;

	write_some(log, 8);
	whole = file_bytes(&n);
	before = used(whole, n);
	free(whole);
	add(log, LOG_FACTS, 9);
	cr_assert_eq(log->ops->sync(log), LOG_OK);
	log->ops->close(log);
	whole = file_bytes(&n);
	end = used(whole, n);
	torn = malloc(n);
	for (size_t cut = before; cut < end; cut++) {
		memcpy(torn, whole, n);
		memset(torn + cut, 0, n - cut);
		write_bytes(torn, n);
		log = opened(8192);
		cr_assert_eq(log->ops->head(log, LOG_FACTS), 8, "cut at %zu", cut);
		add(log, LOG_FACTS, 9);
		cr_assert_eq(log->ops->sync(log), LOG_OK);
		cr_assert_eq(follow(log, 0, 0).facts, 9);
		log->ops->close(log);
	}
	free(whole);
	free(torn);
}

Test(segments, a_flipped_bit_in_what_was_synced_before_is_found_with_its_place)
{
	struct log *log = opened(4096);
	size_t n, end, first = 0;
	struct proof proof = {0};
	uint8_t *whole;
	char why[256];

	write_some(log, 12);
	log->ops->close(log);
	whole = file_bytes(&n);
	end = used(whole, n);
	for (size_t at = 0; at < end; at++) {
		whole[at] ^= 1u << (at % 8);
		write_bytes(whole, n);
		cr_assert_eq(segments_verify(dir, &proof, why), LOG_CORRUPT, "byte %zu", at);
		cr_assert_not_null(strstr(why, "00000001.seg"), "byte %zu: %s", at, why);
		if (at == SEGMENT_HEAD + 70)
			first = strtoul(strstr(why, "offset ") + 7, NULL, 10);
		whole[at] ^= 1u << (at % 8);
	}
	cr_expect_eq(first, SEGMENT_HEAD);
	free(whole);
}

/* Where the i-th frame begins, and how long it is. */
static size_t frame_at(const uint8_t *p, size_t n, unsigned i, size_t *length)
{
	size_t at = SEGMENT_HEAD;
	struct frame f;

	for (*length = frame_get(p + at, n - at, &f); i; i--) {
		at += *length;
		*length = frame_get(p + at, n - at, &f);
	}
	return at;
}

/* The i-th and the next two frames, and what somebody with the disk could make of them. */
Test(segments, a_frame_removed_swapped_or_put_in_twice_is_found)
{
	struct log *log = opened(4096);
	struct proof proof = {0};
	uint8_t *whole, *made;
	char why[256];
	size_t n, end, a, b, a_n, b_n;

	write_some(log, 12);
	log->ops->close(log);
	whole = file_bytes(&n);
	made = malloc(n);
	end = used(whole, n);
	for (unsigned i = 0; i < 10; i++) {
		a = frame_at(whole, n, i, &a_n);
		b = frame_at(whole, n, i + 1, &b_n);
		/* removed */
		memcpy(made, whole, n);
		memmove(made + a, made + b, n - b);
		write_bytes(made, n);
		cr_expect_eq(segments_verify(dir, &proof, why), LOG_CORRUPT, "frame %u removed", i);
		/* swapped with the next */
		memcpy(made, whole, n);
		memcpy(made + a, whole + b, b_n);
		memcpy(made + a + b_n, whole + a, a_n);
		write_bytes(made, n);
		cr_expect_eq(segments_verify(dir, &proof, why), LOG_CORRUPT, "frame %u swapped", i);
		/* put in twice */
		memcpy(made, whole, n);
		memmove(made + b + a_n, whole + b, end - b);
		memcpy(made + b, whole + a, a_n);
		write_bytes(made, n);
		cr_expect_eq(segments_verify(dir, &proof, why), LOG_CORRUPT, "frame %u twice", i);
	}
	free(made);
	free(whole);
}

Test(segments, damage_before_what_was_synced_later_stops_the_start)
{
	struct segments_conf conf = {.dir = dir, .segment_bytes = 4096};
	struct log *log = opened(4096);
	uint8_t *whole;
	char why[256];
	size_t n;

	write_some(log, 12);
	log->ops->close(log);
	whole = file_bytes(&n);
	whole[SEGMENT_HEAD + FRAME_HEAD + 3] ^= 0x40;
	write_bytes(whole, n);
	free(whole);
	cr_expect_eq(segments_open(&conf, &log, why), LOG_CORRUPT);
	cr_expect_not_null(strstr(why, "offset 64"), "%s", why);
}

Test(segments, a_state_that_is_ahead_of_the_journal_is_an_alarm_and_never_a_rewind)
{
	struct log *log = opened(0);
	struct heard h = {0};

	write_some(log, 3);
	cr_expect_eq(log->ops->follow(log, 4, 0, hear, &h), LOG_CORRUPT);
	log->ops->close(log);
}

Test(segments, a_checkpoint_is_part_of_the_chain_and_of_neither_stream)
{
	struct log *log = opened(0);
	uint8_t digest[32] = {7}, out[CHECKPOINT_BYTES];

	write_some(log, 5);
	cr_expect_eq(segments_checkpoint(log, 4, 1, digest, out), LOG_CONFLICT);
	cr_expect_eq(segments_checkpoint(log, 5, 1, digest, out), LOG_OK);
	add(log, LOG_FACTS, 6);
	cr_assert_eq(log->ops->sync(log), LOG_OK);
	cr_expect_eq(follow(log, 0, 0).facts, 6);
	log->ops->close(log);
}

/* -- checkpoints kept elsewhere ---------------------------------------------------------------- */

static uint8_t kept[CHECKPOINT_BYTES], public_key[CHECKPOINT_KEY];

static void sign_key_file(char path[128])
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	FILE *f;

	snprintf(path, 128, "%s.key", dir);
	f = fopen(path, "we");
	cr_assert(f && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1);
	fclose(f);
	EVP_PKEY_free(key);
}

/* Five facts, a checkpoint, two facts more. */
static void write_signed(void)
{
	char key[128], why[256];
	struct segments_conf conf = {.dir = dir, .segment_bytes = 1 << 20, .sign_key = key};
	uint8_t digest[32] = {7};
	struct log *log;

	sign_key_file(key);
	cr_assert_eq(segments_open(&conf, &log, why), LOG_OK, "%s", why);
	write_some(log, 5);
	cr_assert_eq(segments_checkpoint(log, 5, 42, digest, kept), LOG_OK);
	cr_assert(segments_key(log, public_key));
	add(log, LOG_FACTS, 6);
	add(log, LOG_FACTS, 7);
	cr_assert_eq(log->ops->sync(log), LOG_OK);
	log->ops->close(log);
	unlink(key);
}

static enum log_status verify_kept(char why[256])
{
	struct proof proof = {.key = public_key, .kept = kept, .kept_n = 1};

	return segments_verify(dir, &proof, why);
}

Test(segments, a_journal_that_holds_what_was_kept_elsewhere_is_proven)
{
	char why[256];

	write_signed();
	cr_expect_eq(verify_kept(why), LOG_OK, "%s", why);
}

Test(segments, an_end_that_was_cut_off_is_seen_by_who_kept_a_checkpoint)
{
	struct proof alone = {0};
	char path[256], why[256];
	struct segment_map m;
	struct frame_walk w;
	int fd;

	write_signed();
	cr_assert(segment_map(dir, 1, &m));
	frames_begin(&m, &w);
	for (int i = 0; i < 3; i++)
		cr_assert(frames_next(&w));
	segment_path(dir, 1, path, sizeof(path));
	fd = open(path, O_WRONLY);
	for (size_t at = w.next; at < m.n; at++)
		cr_assert_eq(pwrite(fd, "", 1, (off_t)at), 1);
	close(fd);
	segment_unmap(&m);
	cr_expect_eq(segments_verify(dir, &alone, why), LOG_OK, "alone it looks whole");
	cr_expect_eq(alone.facts, 3);
	cr_expect_eq(verify_kept(why), LOG_CORRUPT);
	cr_expect_not_null(strstr(why, "cut off"), "%s", why);
}

Test(segments, a_checkpoint_of_another_key_is_not_believed)
{
	char why[256];

	write_signed();
	public_key[3] ^= 1;
	cr_expect_eq(verify_kept(why), LOG_CORRUPT);
	cr_expect_not_null(strstr(why, "did not sign"), "%s", why);
}
