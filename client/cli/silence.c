/* The Regiebord: the longest silent first. Facts and questions, no marks for anybody. */
#include "cli.h"

#include "clock.h"
#include "json.h"
#include "table.h"

#include <stdio.h>

static const int64_t day_ms = 24LL * 60 * 60 * 1000;
enum { QUIET_DAYS = 14 };

static void add_ago(int64_t ms, struct buf *out)
{
	long long days = ms ? (clock_now_ms() - ms) / day_ms : -1;

	if (days < 0)
		buf_fmt(out, "%s", _("never"));
	else if (days == 0)
		buf_fmt(out, "%s", _("today"));
	else
		buf_fmt(out, days == 1 ? _("%lld day") : _("%lld days"), days);
	if (days < 0 || days >= QUIET_DAYS)
		buf_fmt(out, " !");
}

static void add_unread(const msgpack_object *p, struct buf *out)
{
	long long n = obj_int(obj_get(p, "unread"), 0);

	if (!obj_int(obj_get(p, "looked"), 0))
		buf_fmt(out, "%s !", _("never looked"));
	else if (n)
		buf_fmt(out, _("%lld new"), n);
	else
		buf_fmt(out, "%s", _("yes"));
}

static void add_person(struct table *t, const msgpack_object *p)
{
	CLEANUP(buf_free) struct buf last = {0};
	CLEANUP(buf_free) struct buf read = {0};
	CLEANUP(buf_free) struct buf near = {0};

	add_ago(obj_int(obj_get(p, "last"), 0), &last);
	add_unread(p, &read);
	add_ago(obj_int(obj_get(p, "contact"), 0), &near);
	table_row(t,
		  (struct slice[]){obj_bytes(obj_get(p, "person")), obj_bytes(obj_get(p, "name")),
				   buf_view(&last), buf_view(&read), buf_view(&near)});
}

enum err go_silence(struct run *r)
{
	struct table table = {
		.head = {_("PERSON"), _("NAME"), _("DID SOMETHING"), _("HAS READ"), _("SPOKE HIM")},
		.columns = 5,
		.wide = {[1] = true}};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *people;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	people = obj_get(tree_root(&t), "people");
	for (size_t i = 0; i < obj_n(people); i++)
		add_person(&table, obj_at(people, i));
	table_print(&table, stdout);
	table_free(&table);
	table_text(stdout, 0,
		   slice_of(_("As far as you see. !: two weeks or more, or never: call them.")));
	return ERR_OK;
}
