/* Putting away what one was told: it is shown whole first, so that nothing goes unread. */
#include "cli.h"

#include "json.h"
#include "table.h"

#include <stdio.h>

static enum err show_all(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_ask(r, "today", (struct slice){0}, &t));
	list = obj_get(tree_root(&t), "notices");
	for (size_t i = 0; i < obj_n(list); i++) {
		CLEANUP(buf_wipe) struct buf line = {0};

		notice_line(obj_at(list, i), &line);
		table_hang(stdout, 2, buf_view(&line));
	}
	return ERR_OK;
}

enum err go_told(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	long long left;

	if (!r->options.json && !options_has(&r->options, "notice"))
		TRY(show_all(r));
	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	left = (long long)obj_int(obj_get(tree_root(&t), "left"), 0);
	if (left)
		printf(_("Put away; %lld still stand there."), left);
	else
		printf("%s", _("Put away: nothing of it is left."));
	printf("\n");
	return ERR_OK;
}
