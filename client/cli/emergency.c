/* The emergency button: what it costs is said before, and what it shows at once. */
#include "cli.h"

#include "json.h"
#include "table.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void say_open(const msgpack_object *answer)
{
	time_t end = (time_t)(obj_int(obj_get(answer, "until"), 0) / 1000);
	CLEANUP(buf_free) struct buf line = {0};
	char clock[8] = "";
	struct tm tm;

	if (localtime_r(&end, &tm))
		strftime(clock, sizeof(clock), "%H:%M", &tm);
	buf_fmt(&line, _("Emergency access to this item until %s, at level %.*s."), clock,
		SLICE_ARG(obj_bytes(obj_get(answer, "level"))));
	table_text(stdout, 0, buf_view(&line));
	table_text(stdout, 0,
		   slice_of(_("Told just now: the agency it belongs to, the casusregisseur and the "
			      "privacy officers.")));
}

enum err go_emergency(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree shown = {0};
	CLEANUP(buf_free) struct buf params = {0};
	char item[16];

	snprintf(
		r->remark, sizeof(r->remark), "%s",
		_("Only when there is danger now. The agency it belongs to, the casusregisseur and "
		  "the privacy officers are told at once, with your reason; a privacy officer "
		  "judges it within 72 hours."));
	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	say_open(tree_root(&t));
	snprintf(item, sizeof(item), "%.*s", SLICE_ARG(obj_bytes(obj_get(tree_root(&t), "item"))));
	pack_about(r, item, &params);
	TRY(run_ask(r, "item.show", buf_view(&params), &shown));
	show_item(r, tree_root(&shown));
	return ERR_OK;
}
