/*
 * What comes in over a connection, from the first byte of somebody unknown to the hundredth request
 * of somebody known, against the whole server but its sockets, in the worked case. The server
 * lives, what it says is messages, its outbox is bounded, and who behaves is answered.
 *
 * The first byte says how: 'J' bytes of who joins; 'j' lines of his; 'B' bytes of a known person;
 * 'L' lines; 'C' a cursor of his (sealed, as if the server had made it) to go on from. The second
 * is the person, as a letter. A line is a method and its parameters in JSON; a text that begins
 * with "hex:" is bytes, '@' stands for a request id never used before.
 */
#include "fuzz.h"

#include "clock.h"
#include "keyring.h"
#include "keys.h"
#include "pki.h"
#include "rpc.h"
#include "world_hub.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 12, ONE_WORLD = 200, OUTBOX = 12 * 1024 * 1024 };

static struct world_hub h;
static unsigned inputs;
static X509 *ca;
static EVP_PKEY *ca_key;

/* -- the world --------------------------------------------------------------------------------- */

static enum err sign(void *ctx, struct slice csr, uint64_t person, struct slice agency, int64_t now,
		     struct arena *a, struct slice *certificate, struct slice *spki,
		     struct slice *serial, int64_t *until)
{
	CLEANUP(buf_free) struct buf der = {0};
	uint8_t hash[32];
	char text[41];

	(void)ctx, (void)agency;
	TRY(pki_sign(ca, ca_key, csr, person, now, PKI_DEVICE_DAYS, &der, hash, text, until));
	*certificate = arena_copy(a, buf_view(&der));
	*spki = arena_copy(a, (struct slice){hash, sizeof(hash)});
	*serial = arena_copy(a, slice_of(text));
	return ERR_OK;
}

/* A join code whose secret is ten zeroes, for u02. */
static void give_code(void)
{
	uint8_t secret[JOIN_HALF] = {0}, hash[32];
	struct rec_code code = {.person = 2, .until = clock_now_ms() + 86400000};

	must(EVP_Digest(secret, sizeof(secret), hash, NULL, EVP_sha256(), NULL) == 1, "a hash");
	code.hash = (struct slice){hash, sizeof(hash)};
	world_set(&h.w, 0, TAB_CODE, code.hash, REC_code, &code);
}

/* Everybody may everything that is not about a case: more of the server is within reach. */
static void give_functions(void)
{
	struct slice functions[] = {SLICE("agency-admin"), SLICE("partnership-admin"),
				    SLICE("privacy-officer"), SLICE("operator")};

	for (uint64_t n = 1; n <= 6; n++) {
		struct key k = key_u64(n);
		struct rec_person p;

		world_get(&h.w, TAB_PERSON, key_view(&k), REC_person, &p);
		p.functions = (struct slices){functions, 4};
		world_set(&h.w, 0, TAB_PERSON, key_view(&k), REC_person, &p);
	}
}

static void fresh_world(void)
{
	if (!ca) {
		ca_key = pki_key_new();
		ca = pki_ca_new(ca_key, "Brug");
		clock_set_ms(world_time("2026-11-20T10:00:00Z"));
	}
	if (h.hub)
		world_hub_close(&h);
	h = (struct world_hub){0};
	world_open(&h.w);
	give_code();
	give_functions();
	world_hub_serve_as(&h, sign);
}

/* -- a session --------------------------------------------------------------------------------- */

static void no_ready(void *ctx)
{
	(void)ctx;
}

static void no_cut(void *ctx, const char *why)
{
	(void)ctx;
	(void)why;
}

static struct session *joins(void)
{
	static const struct session_io io = {.ready = no_ready, .cut = no_cut};
	struct session *s = NULL;

	must(session_open(h.hub, SESSION_JOIN, NULL, &io, &s) == ERR_OK, "a stranger may call");
	return s;
}

/* What the server says is whole messages, and no more than it may keep. */
static void hear_out(struct session *s)
{
	struct slice out = session_output(s);
	size_t all = out.n;

	must(out.n <= OUTBOX, "the outbox is bounded");
	while (out.n) {
		CLEANUP(tree_free) struct tree tree = {0};
		const char *why;
		struct scan scan;
		struct rpc rpc;

		scan_begin(&scan, scan_answer);
		must(scan_go(&scan, out) == SCAN_DONE, "an answer is a message");
		must(tree_read(&tree, (struct slice){out.p, scan.at}) == ERR_OK &&
			     rpc_read(tree_root(&tree), &rpc, &why) == ERR_OK,
		     "of MessagePack-RPC");
		fuzz_take(&out, scan.at);
	}
	session_sent(s, all);
}

static void turn(struct session *s)
{
	must(hub_turn(h.hub) == ERR_OK, "the server lives");
	hear_out(s);
}

/* In pieces, as a network has it; what was used is not offered again. */
static void say(struct session *s, struct slice bytes)
{
	size_t from = 0;

	for (size_t n = 1; from < bytes.n; n = n * 3 + 1) {
		size_t to = from + n < bytes.n ? from + n : bytes.n;
		size_t used = session_input(s, (struct slice){bytes.p + from, to - from});

		must(used <= to - from, "no more is used than was given");
		from += used;
		turn(s);
		if (to == bytes.n && !used)
			break;
	}
}

/* -- lines ------------------------------------------------------------------------------------- */

static void pack_hex(struct buf *out, const char *hex)
{
	CLEANUP(buf_free) struct buf bytes = {0};
	unsigned v;

	for (; sscanf(hex, "%2x", &v) == 1 && hex[1]; hex += 2)
		buf_u8(&bytes, (uint8_t)v);
	pack_bin(out, buf_view(&bytes));
}

static void pack_text_of(struct buf *out, const char *z)
{
	static uint64_t last;
	uint8_t id[16] = {3};

	if (!strcmp(z, "@")) {
		put_be64(id + 8, ++last);
		pack_bin(out, (struct slice){id, sizeof(id)});
	} else if (!strncmp(z, "hex:", 4)) {
		pack_hex(out, z + 4);
	} else {
		pack_text(out, z);
	}
}

static void pack_json(struct buf *out, json_t *j)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_string(j)) {
		pack_text_of(out, json_string_value(j));
	} else if (json_is_integer(j)) {
		pack_int(out, json_integer_value(j));
	} else if (json_is_boolean(j)) {
		pack_bool(out, json_is_true(j));
	} else if (json_is_array(j)) {
		pack_array(out, json_array_size(j));
		json_array_foreach(j, i, v) pack_json(out, v);
	} else if (json_is_object(j)) {
		pack_map(out, json_object_size(j));
		json_object_foreach(j, key, v)
		{
			pack_key(out, key);
			pack_json(out, v);
		}
	} else {
		pack_nil(out);
	}
}

static void say_line(struct session *s, struct slice line)
{
	CLEANUP(arena_free) struct arena a = {0};
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(buf_free) struct buf message = {0};
	char *method = arena_str(&a, line), *json = strchr(method, ' ');
	json_t *j;

	if (!json)
		return;
	*json++ = 0;
	j = json_loads(json, JSON_DISABLE_EOF_CHECK, NULL);
	if (!json_is_object(j)) {
		json_decref(j);
		return;
	}
	pack_json(&params, j);
	json_decref(j);
	rpc_request(&message, 1, method, buf_view(&params));
	session_input(s, buf_view(&message));
	turn(s);
}

static void say_lines(struct session *s, struct slice text)
{
	for (int i = 0; i < LINES && text.n; i++)
		say_line(s, fuzz_line(&text));
}

static void go_on_from(struct session *s, struct slice plain)
{
	CLEANUP(buf_free) struct buf token = {0};
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(buf_free) struct buf message = {0};

	keyring_token_seal(h.w.keyring, plain, &token);
	pack_map(&params, 2);
	pack_kv_text(&params, "case", "J-0417");
	pack_kv_bin(&params, "since", buf_view(&token));
	rpc_request(&message, 1, "case.watch", buf_view(&params));
	session_input(s, buf_view(&message));
	turn(s);
}

/* Somebody else, who behaves, is answered. */
static void others_are_served(void)
{
	struct session *s = world_hub_try_session(&h, WORLD_PEOPLE);
	CLEANUP(buf_free) struct buf message = {0};
	size_t used;

	if (!s)
		return;
	rpc_request(&message, 2, "ping", SLICE(""));
	used = session_input(s, buf_view(&message));
	must(used == message.n, "others are heard");
	must(hub_turn(h.hub) == ERR_OK, "the server lives");
	must(session_output(s).n > 0, "others are answered");
	session_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice in = {p, n};
	int how = (int)fuzz_number(&in, 1);
	uint64_t who = 1 + fuzz_number(&in, 1) % (WORLD_PEOPLE - 1);
	struct session *s;

	if (inputs++ % ONE_WORLD == 0)
		fresh_world();
	s = how == 'J' || how == 'j' ? joins() : world_hub_try_session(&h, who);
	if (!s) /* an input before this one stopped him */
		return 0;
	if (how == 'L' || how == 'j')
		say_lines(s, in);
	else if (how == 'C')
		go_on_from(s, in);
	else
		say(s, in);
	hub_tick(h.hub);
	turn(s);
	session_close(s);
	others_are_served();
	return 0;
}
