#include "world_calls.h"

#include "world_fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 'so' for "so", and @F1 for the code of that item. */
static void spell(struct world *w, const char *text, char *out, size_t size)
{
	size_t n = 0;

	while (*text && n + 16 < size) {
		char id[8] = {0};

		if (*text != '@' || text[1] < 'A' || text[1] > 'Z') {
			out[n++] = *text == '\'' ? '"' : *text;
			text++;
			continue;
		}
		text++;
		for (size_t i = 0;
		     i < 7 && ((*text >= 'A' && *text <= 'Z') || (*text >= '0' && *text <= '9'));
		     i++)
			id[i] = *text++;
		n += (size_t)snprintf(out + n, 16, "%.*s", SLICE_ARG(world_item(w, id).code));
	}
	out[n] = 0;
}

static void pack_json(const json_t *o, struct buf *out)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_string(o)) {
		pack_text(out, json_string_value(o));
	} else if (json_is_integer(o)) {
		pack_int(out, json_integer_value(o));
	} else if (json_is_boolean(o)) {
		pack_bool(out, json_is_true(o));
	} else if (json_is_array(o)) {
		pack_array(out, json_array_size(o));
		json_array_foreach(o, i, v) pack_json(v, out);
	} else {
		pack_map(out, json_object_size(o));
		json_object_foreach((json_t *)(uintptr_t)o, key, v)
		{
			pack_key(out, key);
			pack_json(v, out);
		}
	}
}

static void read_json(struct world *w, const char *text, struct asked *out)
{
	size_t size = 2 * strlen(text) + 1024; /* a code is a little longer than its name here */
	char *spelt = malloc(size);
	json_error_t why;
	const char *key;
	json_t *o, *v;

	world_must(spelt, "memory");
	spell(w, text, spelt, size);
	o = json_loads(spelt, 0, &why);
	world_must(o, why.text);
	free(spelt);
	json_object_foreach(o, key, v)
	{
		pack_key(&out->pairs, key);
		pack_json(v, &out->pairs);
		out->n++;
	}
	json_decref(o);
}

void answer_free(struct answer *a)
{
	tree_free(&a->tree);
	buf_free(&a->bytes);
}

static void answer_read(struct answer *a)
{
	struct rpc rpc;
	const char *why = "";

	world_ok(tree_read(&a->tree, buf_view(&a->bytes)), "an answer is damaged");
	world_ok(rpc_read(tree_root(&a->tree), &rpc, &why), why);
	a->result = rpc.result;
	a->err = obj_is_nil(rpc.error) ? ERR_OK : (enum err)obj_int(obj_get(rpc.error, "code"), -1);
}

void world_json(struct world_hub *h, const char *json, struct asked *out)
{
	read_json(&h->w, json, out);
}

void world_asks_packed(struct world_hub *h, const char *who, const struct method *m,
		       struct asked *params, struct answer *out)
{
	struct session *s;

	if (!h->hub)
		world_hub_serve(h);
	if (m->write)
		asked_request(params);
	s = world_hub_session(h, world_person(who));
	ask_plain(h, s, m->name, params, &out->bytes);
	session_close(s);
	answer_read(out);
}

void world_asks(struct world_hub *h, const char *who, const char *method, const char *json,
		struct answer *out)
{
	CLEANUP(asked_free) struct asked a = {0};

	read_json(&h->w, json, &a);
	world_asks_packed(h, who, vocab_method(&brug_vocab, slice_of(method)), &a, out);
}

void world_asks_whatif_from(struct world_hub *h, const char *who, const char *method,
			    const char *change, struct slice after, struct answer *out)
{
	static const uint8_t never[16] = {1}; /* the same question in each helping */
	CLEANUP(asked_free) struct asked inner = {0};
	CLEANUP(asked_free) struct asked a = {0};
	CLEANUP(buf_free) struct buf params = {0};
	struct session *s;

	if (!h->hub)
		world_hub_serve(h);
	read_json(&h->w, change, &inner);
	pack_kv_bin(&inner.pairs, "request", (struct slice){never, sizeof(never)});
	inner.n++;
	asked_pack(&inner, &params);
	asked_text(&a, "method", method);
	pack_kv_bin(&a.pairs, "params", buf_view(&params));
	a.n++;
	if (after.n) {
		pack_key(&a.pairs, "after");
		buf_slice(&a.pairs, after);
		a.n++;
	}
	s = world_hub_session(h, world_person(who));
	ask_plain(h, s, "whatif", &a, &out->bytes);
	session_close(s);
	answer_read(out);
}

void world_asks_whatif(struct world_hub *h, const char *who, const char *method, const char *change,
		       struct answer *out)
{
	world_asks_whatif_from(h, who, method, change, (struct slice){0}, out);
}
