/* The only way in: a message becomes a request, is asked its right, is served, and is answered. */
#include "inside.h"

#include "args.h"
#include "clock.h"
#include "scan.h"

#include <stdio.h>
#include <string.h>

enum { REFUSALS = 500 /* in a row, over the limit: then the connection rests a little */ };
enum { SMALL = 256 * 1024, AROUND = 1024 /* of an answer: what the message puts around it */ };

static enum err unknown_method(struct request *rq, struct slice name)
{
	rq->refusal = (struct refusal){.text = N_("There is no method %s."),
				       .can = N_("See protocol(7).")};
	snprintf(rq->refusal.arg, sizeof(rq->refusal.arg), "%.*s", SLICE_ARG(name));
	return ERR_USAGE;
}

/* A case that is not there and one he may not know of: one answer. */
static enum err name_case(struct request *rq)
{
	if (!rq->method->case_param)
		return ERR_OK;
	rq->case_id = case_number(obj_bytes(obj_get(rq->params, rq->method->case_param)));
	return rq->case_id ? ERR_OK : ERR_NOTFOUND;
}

static enum err ask_right(struct session *s, struct request *rq)
{
	struct hub *hub = s->hub;

	if ((s->kind == SESSION_JOIN) != (rq->method->right == RIGHT_JOIN))
		return ERR_REFUSED;
	if (s->kind == SESSION_JOIN) {
		rq->pass = policy_pass_server(rq->arena);
		return ERR_OK;
	}
	TRY(policy_may(hub->house.policy, rq->who, rq->method->right, rq->case_id, rq->now,
		       &rq->refusal));
	if (rq->method->write)
		rq->pass = policy_pass(hub->house.policy, rq->who, rq->method->right, rq->case_id,
				       rq->now, rq->arena);
	return !rq->method->write || rq->pass ? ERR_OK : ERR_REFUSED;
}

static enum err too_much(struct session *s, struct request *rq)
{
	if (s->crowded) {
		rq->refusal = (struct refusal){.text = N_("You have too many connections open."),
					       .can = N_("Close one and try again.")};
		return ERR_LIMIT;
	}
	if (!s->use || use_request(s->hub, s->use))
		return ERR_OK;
	if (s->use->refused % REFUSALS == 0)
		session_rest(s);
	rq->refusal = (struct refusal){.text = N_("Too many requests at once."),
				       .can = N_("Wait a second and try again.")};
	return ERR_LIMIT;
}

/* What is shown cannot be logged, so nothing is; a change that was made stays made, and that is
 * said. */
static enum err not_logged(struct session *s, struct request *rq, bool made)
{
	buf_wipe(&rq->detail); /* both revisions of a conflict are a disclosure too */
	if (rq->watch)
		feed_unwatch(s, rq->case_id);
	rq->refusal = (struct refusal){
		.text = made ? N_("It was kept; the answer cannot be shown: what is shown cannot "
				  "be "
				  "logged now.")
			     : N_("Nothing can be shown: what is shown cannot be logged now."),
		.can = made ? N_("Do not do it again. Look later; the operator has been told.")
			    : N_("Try again later; the operator has been told.")};
	return made ? ERR_UNKNOWN : ERR_AWAY;
}

/* Whether a client takes an answer of this size. */
static bool fits(const struct buf *out)
{
	struct scan_limits most = scan_answer;
	struct scan s;

	most.bytes -= AROUND;
	most.values -= AROUND;
	if (out->n <= SMALL)
		return true;
	scan_begin(&s, most);
	return out->n <= most.bytes && scan_go(&s, buf_view(out)) == SCAN_DONE;
}

/* What no client would take is no answer: refused with words, and shown to nobody. A change has
 * been made by now, and its answer is small. */
static enum err too_large(struct request *rq)
{
	if (rq->method->write || fits(rq->out))
		return ERR_OK;
	buf_wipe(rq->out);
	rq->seen_n = 0;
	rq->log_itself = false;
	rq->refusal = (struct refusal){.text = N_("The answer would be too large to send."),
				       .can = N_("Ask for less at once: an item, or a search.")};
	return ERR_LIMIT;
}

static enum err serve(struct session *s, const struct rpc *rpc, struct request *rq, bool *made)
{
	enum err err;

	TRY(too_much(s, rq));
	rq->method = vocab_method(&brug_vocab, rpc->method);
	if (!rq->method)
		return unknown_method(rq, rpc->method);
	TRY(arg_sound(rq, rq->method, rpc->params));
	rq->params = rpc->params;
	TRY(name_case(rq));
	TRY(ask_right(s, rq));
	err = decide(s->hub, rq, serve_route(rq->method));
	if (err == ERR_OK && rq->watch)
		err = feed_watch(s, rq);
	if (err == ERR_OK)
		err = too_large(rq);
	if (s->use)
		use_charge(s->use, rq->cost);
	*made = err == ERR_OK;
	if (disclose(s->hub, rq, slice_of(rq->method->name)) != ERR_OK && !s->hub->dead) {
		*made = *made && rq->change.puts_n;
		return not_logged(s, rq, *made);
	}
	return err;
}

/* -- answering --------------------------------------------------------------------------------- */

/* A copy of the words in one block: the slices first, then what they point to. */
static struct slices own_words(struct slices words, struct buf *block)
{
	size_t head = words.n * sizeof(struct slice);
	struct slice *v;
	uint8_t *to;

	buf_free(block);
	if (!words.n)
		return (struct slices){0};
	for (size_t i = 0; i < head; i++)
		buf_u8(block, 0);
	for (size_t i = 0; i < words.n; i++)
		buf_slice(block, words.v[i]);
	v = (struct slice *)(void *)block->p;
	to = block->p + head;
	for (size_t i = 0; i < words.n; to += words.v[i++].n)
		v[i] = (struct slice){to, words.v[i].n};
	return (struct slices){v, words.n};
}

static void keep_hello(struct session *s, struct request *rq)
{
	if (!rq->hello)
		return;
	s->lang = rq->lang;
	s->viewer.purposes = own_words(rq->purposes, &s->purposes_bytes);
	feed_look_again(s); /* under other purposes he may see less, or more */
}

static void log_refusal(const struct session *s, const struct request *rq, enum err code)
{
	if (code == ERR_LIMIT && s->use && s->use->refused > 1)
		return; /* the first of them says it */
	fprintf(stderr, "refused ref=%.*s person=%llu method=%s code=%s\n", SLICE_ARG(rq->ref),
		(unsigned long long)s->viewer.person, rq->method ? rq->method->name : "-",
		err_name((int)code));
}

static void answer(struct session *s, uint32_t id, struct request *rq, enum err err)
{
	CLEANUP(buf_wipe) struct buf message = {0};
	struct rpc_error e;

	if (err == ERR_OK) {
		rpc_result(&message, id, buf_view(rq->out));
	} else {
		say_error(rq, s->lang, err, &e);
		rpc_error(&message, id, &e);
		log_refusal(s, rq, err);
	}
	session_say(s, buf_view(&message));
}

/* That there is something, and nothing of what: today tells. */
static void tell(struct session *s, const struct change *c)
{
	CLEANUP(buf_free) struct buf message = {0};
	CLEANUP(buf_free) struct buf empty = {0};

	pack_map(&empty, 0);
	rpc_notify(&message, "notice", buf_view(&empty));
	for (size_t i = 0; i < c->told_n; i++)
		if (c->told[i] == s->viewer.person) {
			session_say(s, buf_view(&message));
			return;
		}
}

static void carry_out(struct session *s, struct request *rq)
{
	struct session *other;

	keep_hello(s, rq);
	if (rq->unwatch)
		feed_unwatch(s, rq->unwatch);
	if (rq->change.told_n)
		LIST_FOREACH (other, &s->hub->sessions, link)
			tell(other, &rq->change);
	if (!rq->change.cut_person && !rq->change.cut_device.n)
		return;
	LIST_FOREACH (other, &s->hub->sessions, link)
		if ((rq->change.cut_person && other->viewer.person == rq->change.cut_person) ||
		    (rq->change.cut_device.n &&
		     slice_eq(other->viewer.device, rq->change.cut_device)))
			session_mark_cut(other, "stopped");
}

void dispatch(struct session *s, const struct rpc *rpc)
{
	struct request rq;
	bool made = false;
	enum err err;

	if (rpc->type != RPC_REQUEST)
		return;
	request_begin(s->hub, s, &rq);
	/* at random: a running number would tell what was asked in between */
	rq.ref = arena_fmt(rq.arena, "%08x", (unsigned)random_u64());
	err = serve(s, rpc, &rq, &made);
	answer(s, rpc->id, &rq, err);
	figures_count(s->hub, rq.method, err);
	s->hello = s->hello || err == ERR_OK;
	if (made)
		carry_out(s, &rq);
	if (s->crowded || (s->kind == SESSION_JOIN))
		session_mark_cut(s, "done");
	request_end(&rq);
}
