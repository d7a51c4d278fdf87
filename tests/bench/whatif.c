/*
 * How long asking what a rule would do takes over many cases, and how long anybody waits meanwhile:
 * the longest helping. The worked case, so many times. meson test --benchmark whatif, or: whatif N.
 */
#include "clock.h"
#include "keys.h"
#include "rpc.h"
#include "world_hub.h"
#include "world_many.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world_hub h;

static void make_admin(void)
{
	struct slice function = SLICE("partnership-admin");
	struct key k = key_u64(1);
	struct rec_person p;

	world_get(&h.w, TAB_PERSON, key_view(&k), REC_person, &p);
	p.functions = (struct slices){&function, 1};
	world_set(&h.w, 0, TAB_PERSON, key_view(&k), REC_person, &p);
}

static void pack_rule(struct buf *out)
{
	uint8_t request[16] = {1};

	pack_map(out, 7);
	pack_kv_text(out, "rule", "proef");
	pack_kv_text(out, "from_agency", "*");
	pack_kv_text(out, "category", "sociaal");
	pack_kv_text(out, "to", "all");
	pack_kv_text(out, "level", "kern");
	pack_kv_text(out, "ground", "proef");
	pack_kv_bin(out, "request", (struct slice){request, 16});
}

/* The world was put in at once, and is kept with the first turn: no part of any helping. */
static void settle(struct session *s)
{
	CLEANUP(buf_free) struct buf message = {0};

	rpc_request(&message, 6, "ping", (struct slice){0});
	session_input(s, buf_view(&message));
	hub_turn(h.hub);
	session_sent(s, session_output(s).n);
}

/* One helping; whether there is more. */
static bool helping(struct session *s, struct slice rule, struct buf *after, int64_t *cases)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(buf_free) struct buf message = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct slice out;
	struct rpc rpc;
	const char *why;

	pack_map(&params, 3);
	pack_kv_text(&params, "method", "rule.add");
	pack_kv_bin(&params, "params", rule);
	pack_kv_bin(&params, "after", buf_view(after));
	rpc_request(&message, 7, "whatif", buf_view(&params));
	session_input(s, buf_view(&message));
	hub_turn(h.hub);
	out = session_output(s);
	if (tree_read(&t, out) != ERR_OK || rpc_read(tree_root(&t), &rpc, &why) != ERR_OK ||
	    !rpc.result)
		abort();
	*cases = obj_int(obj_get(rpc.result, "cases"), 0);
	buf_free(after);
	buf_slice(after, obj_bytes(obj_get(rpc.result, "next")));
	session_sent(s, out.n);
	return after->n;
}

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 10000, helpings = 0;
	int64_t begun, longest = 0, cases = 0;
	CLEANUP(buf_free) struct buf after = {0};
	bool more;
	CLEANUP(buf_free) struct buf rule = {0};
	struct session *s;

	world_open(&h.w);
	for (unsigned i = 1; i < n; i++)
		world_copy_case(&h.w, 1000000 + i);
	make_admin();
	world_hub_serve(&h);
	s = world_hub_session(&h, 1);
	settle(s);
	pack_rule(&rule);
	begun = clock_mono_ms();
	do {
		int64_t at = clock_mono_ms();

		more = helping(s, buf_view(&rule), &after, &cases);
		longest = clock_mono_ms() - at > longest ? clock_mono_ms() - at : longest;
		helpings++;
	} while (more);
	printf("%u cases, %lld touched: %lld ms in %u helpings, the longest %lld ms\n", n,
	       (long long)cases, (long long)(clock_mono_ms() - begun), helpings,
	       (long long)longest);
	session_close(s);
	world_hub_close(&h);
	return 0;
}
