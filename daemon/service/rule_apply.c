/* Many rules in one change: all of them, or none. */
#include "rule.h"

#include "args.h"

enum { COMMAND_MAX = 400, NAMED = 10 };

struct wrong_line {
	int64_t line;
	struct slice where;
	struct refusal refusal;
};
struct batch {
	struct request *rq;
	struct rules rules;
	struct wrong_line *wrong;
	size_t wrong_n;
	struct tree *trees; /* the rules point into them */
	size_t trees_n;
};

static void batch_free(struct batch *b)
{
	for (size_t i = 0; i < b->trees_n; i++)
		tree_free(&b->trees[i]);
}

static enum err decide_one(struct batch *b, const struct method *m, const msgpack_object *params)
{
	struct rec_rule *r = &b->rules.v[b->rules.n];
	struct request *rq = b->rq;

	TRY(arg_sound(rq, m, params));
	rq->params = params;
	TRY(slice_is(slice_of(m->name), "rule.end") ? rule_end_arg(rq, &b->rules, r)
						    : rule_arg(rq, &b->rules, r));
	b->rules.n++;
	return ERR_OK;
}

/* One command, decided as if those before it had been done. */
static void decide_line(struct batch *b, const msgpack_object *command)
{
	struct request *rq = b->rq;
	const msgpack_object *asked = rq->params;
	struct tree *t = &b->trees[b->trees_n++];
	enum err err;

	rq->where = (struct slice){0};
	rq->refusal = (struct refusal){0};
	if (tree_read(t, obj_bytes(obj_get(command, "params"))) != ERR_OK)
		err = refuse(rq, ERR_USAGE, N_("The change's parameters are no map."), NULL, NULL);
	else
		err = decide_one(b,
				 vocab_method(&brug_vocab, obj_bytes(obj_get(command, "method"))),
				 tree_root(t));
	rq->params = asked;
	if (err != ERR_OK)
		b->wrong[b->wrong_n++] = (struct wrong_line){obj_int(obj_get(command, "line"), 0),
							     rq->where, rq->refusal};
}

/* Texts as msgids: who asked puts them in his language. */
static void pack_wrong(const struct batch *b, struct buf *out)
{
	pack_map(out, 1);
	pack_key(out, "wrong");
	pack_array(out, b->wrong_n);
	for (size_t i = 0; i < b->wrong_n; i++) {
		const struct wrong_line *w = &b->wrong[i];

		pack_map(out, 6);
		pack_kv_int(out, "line", w->line);
		pack_kv_str(out, "where", w->where);
		pack_kv_text(out, "text", w->refusal.text ? w->refusal.text : "");
		pack_kv_text(out, "why", w->refusal.why ? w->refusal.why : "");
		pack_kv_text(out, "can", w->refusal.can ? w->refusal.can : "");
		pack_kv_text(out, "arg", w->refusal.arg);
	}
}

static enum err refuse_all(struct batch *b)
{
	pack_wrong(b, &b->rq->detail);
	b->rq->where = (struct slice){0};
	return refuse(b->rq, ERR_USAGE, N_("Nothing was changed."),
		      N_("A file of rules is applied whole or not at all."),
		      N_("Mend the lines named above and run it again."));
}

/* "regel p1; regel p2": as many as a reader takes in, and that there are more. */
static struct slice names(struct batch *b)
{
	CLEANUP(buf_free) struct buf out = {0};
	size_t n = b->rules.n < NAMED ? b->rules.n : NAMED;

	for (size_t i = 0; i < n; i++)
		buf_fmt(&out, "%sregel %.*s", i ? "; " : "", SLICE_ARG(b->rules.v[i].id));
	if (n < b->rules.n)
		buf_fmt(&out, "; nog %zu", b->rules.n - n);
	return arena_copy(b->rq->arena, buf_view(&out));
}

enum err serve_rule_apply(struct request *rq)
{
	const msgpack_object *list = obj_get(rq->params, "commands");
	CLEANUP(batch_free)
	struct batch b = {.rq = rq,
			  .trees = ARENA_ARRAY(rq->arena, struct tree, COMMAND_MAX + 1),
			  .rules.v = ARENA_ARRAY(rq->arena, struct rec_rule, COMMAND_MAX + 1),
			  .wrong = ARENA_ARRAY(rq->arena, struct wrong_line, COMMAND_MAX + 1)};

	for (size_t i = 0; i < obj_n(list) && i < COMMAND_MAX; i++)
		decide_line(&b, obj_at(list, i));
	if (b.wrong_n)
		return refuse_all(&b);
	for (size_t i = 0; i < b.rules.n && !arg_bool(rq, "check"); i++)
		rule_put(rq, &b.rules.v[i]);
	rq->did = names(&b);
	pack_map(rq->out, 2);
	pack_kv_int(rq->out, "commands", (int64_t)b.rules.n);
	pack_kv_bool(rq->out, "check", arg_bool(rq, "check"));
	return ERR_OK;
}
