/* brug drafts: what was typed and not yet kept by the server. */
#include "cli.h"

#include "drafts.h"
#include "gate.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

struct listing {
	const struct run *run;
	json_t *json; /* as JSON instead of lines */
	size_t n;
};

/* What an editor left has no method yet; it comes back by itself when the same is begun again. */
static void what_is(const struct run *r, const char *name, struct buf *method, struct buf *params)
{
	struct fault none = {0};

	if (!strncmp(name, "edit-", 5) ||
	    draft_read(&r->home, name, method, params, &none) != ERR_OK)
		buf_add(method, "", 1);
	fault_free(&none);
}

static void list_draft(void *ctx, const char *name, int64_t time_ms)
{
	CLEANUP(buf_wipe) struct buf method = {0};
	CLEANUP(buf_wipe) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct listing *l = ctx;
	char date[24];

	l->n++;
	what_is(l->run, name, &method, &params);
	if (l->json) {
		json_array_append_new(l->json,
				      json_pack("{s:s, s:I, s:s}", "draft", name, "time",
						(json_int_t)time_ms, "method", (char *)method.p));
		return;
	}
	show_date(time_ms, date);
	printf("%-12s  %s  %s  ", name, date, (char *)method.p);
	if (params.n && tree_read(&t, buf_view(&params)) == ERR_OK)
		gate_print(stdout, obj_bytes(obj_get(tree_root(&t), "case")));
	else
		printf("%s",
		       _("from an editor that did not end; the same command goes on with it"));
	printf("\n");
}

/* His own text, back on his own screen. */
static enum err show_draft(struct run *r, const char *name)
{
	CLEANUP(buf_wipe) struct buf method = {0};
	CLEANUP(buf_wipe) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};

	TRY(draft_read(&r->home, name, &method, &params, &r->fault));
	TRY(tree_read(&t, buf_view(&params)));
	printf("%s\n", (char *)method.p);
	json_print(stdout, tree_root(&t), false);
	return ERR_OK;
}

static enum err send_draft(struct run *r, const char *name)
{
	CLEANUP(buf_wipe) struct buf method = {0};
	CLEANUP(buf_wipe) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};

	TRY(draft_read(&r->home, name, &method, &params, &r->fault));
	TRY(run_ask(r, (char *)method.p, buf_view(&params), &t));
	draft_drop(&r->home, name);
	say_kept(r, tree_root(&t));
	return ERR_OK;
}

/* The item as it is now: t is {item, mark, ...}. */
static enum err item_now(struct run *r, const msgpack_object *params, struct tree *t)
{
	CLEANUP(buf_free) struct buf asked = {0};

	pack_map(&asked, 2);
	pack_kv_str(&asked, "case", obj_bytes(obj_get(params, "case")));
	pack_kv_str(&asked, "item", obj_bytes(obj_get(params, "item")));
	return run_ask(r, "item.show", buf_view(&asked), t);
}

/* The same change on another revision is another request: with an id of its own. */
static void pack_anew(const msgpack_object *params, const msgpack_object *now, struct buf *out)
{
	uint8_t request[16];

	request_draw(request);
	pack_map(out, params->via.map.size);
	for (uint32_t i = 0; i < params->via.map.size; i++) {
		const msgpack_object_kv *kv = &params->via.map.ptr[i];
		struct slice key = obj_bytes(&kv->key);

		pack_str(out, key);
		if (slice_is(key, "rev"))
			pack_int(out, item_number(obj_get(now, "item"), "rev"));
		else if (slice_is(key, "mark"))
			pack_str(out, obj_bytes(obj_get(now, "mark")));
		else if (slice_is(key, "request"))
			pack_bin(out, (struct slice){request, sizeof(request)});
		else
			pack_object(out, &kv->val);
	}
}

static enum err send_again(struct run *r, const char *name)
{
	CLEANUP(buf_wipe) struct buf method = {0};
	CLEANUP(buf_wipe) struct buf params = {0};
	CLEANUP(buf_wipe) struct buf anew = {0};
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree answer = {0};
	CLEANUP(tree_free) struct tree now = {0};

	TRY(draft_read(&r->home, name, &method, &params, &r->fault));
	TRY(tree_read(&t, buf_view(&params)));
	if (obj_get(tree_root(&t), "rev"))
		TRY(item_now(r, tree_root(&t), &now));
	pack_anew(tree_root(&t), tree_root(&now), &anew);
	TRY(run_ask(r, (char *)method.p, buf_view(&anew), &answer));
	draft_drop(&r->home, name);
	say_kept(r, tree_root(&answer));
	return ERR_OK;
}

static enum err list_drafts(struct run *r)
{
	struct listing l = {.run = r, .json = r->options.json ? json_array() : NULL};
	json_t *all;

	draft_each(&r->home, list_draft, &l);
	if (l.json) {
		all = json_pack("{s:i, s:o}", "v", 1, "drafts", l.json);
		json_dumpf(all, stdout, JSON_COMPACT);
		printf("\n");
		json_decref(all);
	} else if (!l.n) {
		printf("%s\n", _("There are no drafts."));
	}
	return ERR_OK;
}

enum err go_drafts(struct run *r)
{
	struct slice what = options_get(&r->options, "what"),
		     name = options_get(&r->options, "name");
	char z[64];

	snprintf(z, sizeof(z), "%.*s", (int)(name.n < 60 ? name.n : 60), (const char *)name.p);
	if (slice_is(what, "send"))
		return send_draft(r, z);
	if (slice_is(what, "again"))
		return send_again(r, z);
	if (slice_is(what, "show"))
		return show_draft(r, z);
	if (slice_is(what, "drop")) {
		return draft_drop(&r->home, z) ? ERR_OK : draft_unknown(&r->fault, z);
	}
	if (what.n && !slice_is(what, "list"))
		return fault_set(
			&r->fault, ERR_USAGE, N_("Drafts can be listed, shown, sent and dropped."),
			NULL, N_("brug drafts, and then show, send, again or drop with its NAME"),
			NULL);
	return list_drafts(r);
}
