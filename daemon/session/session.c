#include "inside.h"

#include "clock.h"
#include "keys.h"

#include <openssl/rand.h>

#include <stdlib.h>
#include <string.h>

/* The device's person when both may come in now. */
static enum err known(struct hub *hub, struct slice spki, uint64_t *person)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct rec_device d;
	struct rec_person p;
	struct slice val;
	struct key k;

	if (store_get(hub->house.store, TAB_DEVICE, spki, &val) != ERR_OK ||
	    rec_read(REC_device, val, &a, &d) != ERR_OK)
		return ERR_IDENTITY;
	k = key_u64(d.person);
	if (store_get(hub->house.store, TAB_PERSON, key_view(&k), &val) != ERR_OK ||
	    rec_read(REC_person, val, &a, &p) != ERR_OK)
		return ERR_IDENTITY;
	if (d.stopped || p.stopped || d.until <= clock_now_ms())
		return ERR_IDENTITY;
	*person = p.id;
	return ERR_OK;
}

static struct session *session_new(struct hub *hub, enum session_kind kind,
				   const struct session_io *io)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->hub = hub;
	s->kind = kind;
	s->io = *io;
	s->lang = "nl";
	s->out_at = clock_mono_ms();
	LIST_INIT(&s->watchers);
	scan_begin(&s->scan, scan_first);
	LIST_INSERT_HEAD(&hub->sessions, s, link);
	hub->sessions_n++;
	return s;
}

enum err session_open(struct hub *hub, enum session_kind kind, const uint8_t *spki,
		      const struct session_io *io, struct session **out)
{
	uint64_t person = 0;
	struct session *s;

	if (kind == SESSION_BRUG)
		TRY(known(hub, (struct slice){spki, 32}, &person));
	s = *out = session_new(hub, kind, io);
	if (kind == SESSION_JOIN)
		return ERR_OK;
	memcpy(s->spki, spki, sizeof(s->spki));
	s->viewer.person = person;
	s->viewer.device = (struct slice){s->spki, sizeof(s->spki)};
	s->use = use_of(hub, person);
	s->crowded = ++s->use->sessions > hub->conf.sessions_per_person;
	return s->crowded ? ERR_LIMIT : ERR_OK;
}

void session_close(struct session *s)
{
	if (!s)
		return;
	feed_close(s);
	use_drop(s->use);
	LIST_REMOVE(s, link);
	s->hub->sessions_n--;
	buf_free(&s->purposes_bytes);
	buf_wipe(&s->out);
	free(s);
}

/* -- in ---------------------------------------------------------------------------------------- */

static void refuse_bytes(struct session *s, const char *why)
{
	CLEANUP(buf_free) struct buf message = {0};
	struct slice text = slice_of(say(s->lang, why));

	rpc_error(&message, 0, &(struct rpc_error){.code = ERR_USAGE, .text = text});
	session_say(s, buf_view(&message));
	session_mark_cut(s, "malformed");
}

static void one_message(struct session *s, struct slice bytes)
{
	CLEANUP(tree_free) struct tree tree = {0};
	const char *why = N_("This is not a MessagePack-RPC message.");
	struct rpc rpc;

	if (tree_read(&tree, bytes) != ERR_OK || rpc_read(tree_root(&tree), &rpc, &why) != ERR_OK)
		refuse_bytes(s, why);
	else
		dispatch(s, &rpc);
}

size_t session_input(struct session *s, struct slice bytes)
{
	size_t used = 0;

	while (!s->cut && session_hungry(s)) {
		struct slice rest = {bytes.p + used, bytes.n - used};
		enum scan_status st = scan_go(&s->scan, rest);
		size_t n = s->scan.at;

		if (st == SCAN_MORE)
			break;
		if (st == SCAN_BAD) {
			refuse_bytes(s, s->scan.why);
			return bytes.n;
		}
		one_message(s, (struct slice){rest.p, n});
		used += n;
		scan_begin(&s->scan, s->hello ? scan_wire : scan_first);
	}
	return s->cut ? bytes.n : used;
}

bool session_hungry(const struct session *s)
{
	return s->out.n < s->hub->conf.outbox_bytes / 2 &&
	       (!s->rests_until || clock_mono_ms() >= s->rests_until);
}

void session_rest(struct session *s)
{
	s->rests_until = clock_mono_ms() + REST_MS;
	s->hub->rests_until = s->rests_until;
}

/* -- out --------------------------------------------------------------------------------------- */

void session_say(struct session *s, struct slice bytes)
{
	if (s->cut)
		return;
	buf_slice(&s->out, bytes);
	s->out_at = clock_mono_ms();
}

void session_mark_cut(struct session *s, const char *why)
{
	if (!s->cut_why)
		s->cut_why = why;
	s->cut = true;
}

struct slice session_output(const struct session *s)
{
	return (struct slice){s->out.p, s->released};
}

static bool watcher_behind(const struct session *s)
{
	const struct watcher *w;

	LIST_FOREACH (w, &s->watchers, of_session)
		if (w->due)
			return true;
	return false;
}

void session_sent(struct session *s, size_t n)
{
	buf_drop(&s->out, n);
	s->released -= n;
	if (!s->out.n)
		buf_free(&s->out);
	if (watcher_behind(s))
		s->io.ready(s->io.ctx); /* room again: it is caught up in the next turn */
}

bool session_said_hello(const struct session *s)
{
	return s->hello;
}
