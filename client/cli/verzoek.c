/* The person's requests: listed, answered, and what becomes of them when the case is closed. */
#include "cli.h"

#include "json.h"
#include "table.h"

#include <stdio.h>

static void print_verzoek(const msgpack_object *v)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char asked[24], due[24], answered[24];

	show_date(obj_number(v, "asked"), asked);
	show_date(obj_number(v, "due"), due);
	show_date(obj_number(v, "answered"), answered);
	buf_fmt(&line, "%.*s  %.*s %.*s  %s %s  ", SLICE_ARG(obj_word(v, "verzoek")),
		SLICE_ARG(obj_word(v, "what")), SLICE_ARG(obj_word(v, "item")), _("asked"), asked);
	if (*answered)
		buf_fmt(&line, "%.*s %s", SLICE_ARG(obj_word(v, "verdict")), answered);
	else
		buf_fmt(&line, "%s %s", _("answer before"), due);
	table_text(stdout, 0, buf_view(&line));
	table_text(stdout, 4, obj_word(v, "text"));
	if (obj_word(v, "why").n)
		table_text(stdout, 4, obj_word(v, "why"));
}

enum err go_verzoeken(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "verzoeken");
	for (size_t i = 0; i < obj_n(list); i++)
		print_verzoek(obj_at(list, i));
	if (!obj_n(list))
		printf("%s\n", _("There are no requests."));
	return ERR_OK;
}

/* What was granted and is still to be done by hand. */
static const struct {
	const char *what, *text;
} todo[] = {
	{"rectificatie",
	 N_("Still to be done: put it right. brug set CODE, or add what is missing.")},
	{"beperking", N_("Still to be done: restrict each item it is about. brug restrict CODE")},
	{"bezwaar",
	 N_("Still to be done: stop using it. brug restrict CODE, or end the action or rule.")},
	{"wissen",
	 N_("Still to be done: Brug erases a case as a whole, after it is closed (a privacy "
	    "officer: brug-admin case erase). Until then: brug restrict CODE")},
	{"inzage",
	 N_("Still to be done: let him have it. He makes it himself with brug export; of a "
	    "closed case a privacy officer with brug verzoek copy.")},
};

enum err go_answered(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	say_kept(r, tree_root(&t));
	for (size_t i = 0; i < sizeof(todo) / sizeof(*todo) && !r->options.json; i++)
		if (slice_is(obj_word(tree_root(&t), "todo"), todo[i].what))
			table_text(stdout, 0, slice_of(lang_text(todo[i].text)));
	return ERR_OK;
}

static void say_passed_on(const msgpack_object *answer)
{
	CLEANUP(buf_free) struct buf line = {0};
	int64_t n = obj_number(answer, "verzoeken");

	if (!n)
		return;
	buf_fmt(&line,
		_("Requests of the person that are open: %lld. They go to the privacy officer, who "
		  "answers them."),
		(long long)n);
	table_text(stdout, 0, buf_view(&line));
}

enum err go_phase(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	say_kept(r, tree_root(&t));
	if (!r->options.json)
		say_passed_on(tree_root(&t));
	return ERR_OK;
}
