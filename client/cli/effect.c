/* Showing an item less or more: for whom that changes anything, asked of the server before and
 * after. Through a pipe it is not asked: who sees what is a reading of its own. */
#include "cli.h"

#include "table.h"

#include <stdio.h>
#include <string.h>

static enum err ask_who(struct run *r, struct tree *out)
{
	CLEANUP(buf_free) struct buf params = {0};

	pack_map(&params, 2);
	pack_kv_text(&params, "case", r->case_code);
	pack_kv_str(&params, "item", options_get(&r->options, "item"));
	return run_ask(r, "item.who", buf_view(&params), out);
}

static const msgpack_object *find(const msgpack_object *people, struct slice person)
{
	for (size_t i = 0; i < obj_n(people); i++)
		if (slice_eq(obj_word(obj_at(people, i), "person"), person))
			return obj_at(people, i);
	return NULL;
}

static void say_change(const msgpack_object *before, const msgpack_object *now)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s (%.*s): %.*s -> %.*s", SLICE_ARG(obj_word(now, "name")),
		SLICE_ARG(obj_word(now, "agency")), SLICE_ARG(obj_word(before, "level")),
		SLICE_ARG(obj_word(now, "level")));
	table_text(stdout, 2, buf_view(&line));
}

static bool is_meant(struct slice to, const msgpack_object *who)
{
	return slice_eq(to, obj_word(who, "person")) ||
	       (slice_starts(to, SLICE("agency=")) &&
		slice_eq((struct slice){to.p + 7, to.n - 7}, obj_word(who, "agency")));
}

/* What he sees as before, and why that is so: it is not what was meant. */
static void say_same(const msgpack_object *who)
{
	const msgpack_object *why = obj_get(who, "why");
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s (%.*s): %.*s", SLICE_ARG(obj_word(who, "name")),
		SLICE_ARG(obj_word(who, "agency")), SLICE_ARG(obj_word(who, "level")));
	for (size_t i = 0; i < obj_n(why); i++) {
		buf_fmt(&line, "%s", !i ? "  " : line.p[line.n - 1] == '.' ? " " : "; ");
		show_reason(obj_at(why, i), &line);
	}
	table_text(stdout, 2, buf_view(&line));
}

static void say_effect(struct run *r, const msgpack_object *before, const msgpack_object *now)
{
	struct slice to = options_get(&r->options, "to");
	size_t changed = 0;

	for (size_t i = 0; i < obj_n(now); i++) {
		const msgpack_object *who = obj_at(now, i),
				     *was = find(before, obj_word(who, "person"));

		if (!was || slice_eq(obj_word(was, "level"), obj_word(who, "level")))
			continue;
		if (!changed++)
			printf("%s\n", _("From now on:"));
		say_change(was, who);
	}
	if (changed)
		return;
	table_text(stdout, 0, slice_of(_("Nobody sees more or less of it by this.")));
	for (size_t i = 0; i < obj_n(now); i++)
		if (is_meant(to, obj_at(now, i)))
			say_same(obj_at(now, i));
}

enum err go_share(struct run *r)
{
	bool ask = table_for_people(stdout) && !r->options.json;
	CLEANUP(tree_free) struct tree before = {0};
	CLEANUP(tree_free) struct tree now = {0};

	ask = ask && ask_who(r, &before) == ERR_OK;
	TRY(go_write(r));
	if (ask && ask_who(r, &now) == ERR_OK)
		say_effect(r, obj_get(tree_root(&before), "people"),
			   obj_get(tree_root(&now), "people"));
	return ERR_OK;
}
