/*
 * Texts for people, in the language of the session. gettext looks at LANGUAGE anew when its
 * catalogue counter moves; there is one thread, so the language can be set for one text.
 */
#include "inside.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int _nl_msg_cat_cntr;

const char *say(const char *lang, const char *msgid)
{
	static const char *now;

	if (!msgid || !*msgid)
		return "";
	if (!now || strcmp(now, lang)) {
		setenv("LANGUAGE", lang, 1);
		_nl_msg_cat_cntr++;
		now = lang;
	}
	return dgettext("brug", msgid);
}

/* The text with its one %s filled in. Our own msgids only: see the test that counts their
 * directives. */
static struct slice filled(struct request *rq, const char *lang, const char *msgid, const char *arg)
{
	struct slice text = slice_of(say(lang, msgid));
	const char *hole = text.n ? strstr((const char *)text.p, "%s") : NULL;

	if (!hole)
		return text;
	return arena_fmt(rq->arena, "%.*s%s%s", (int)(hole - (const char *)text.p), text.p, arg,
			 hole + 2);
}

static struct slice with_where(struct request *rq, struct slice text)
{
	if (!rq->where.n)
		return text;
	return arena_fmt(rq->arena, "%.*s: %.*s", SLICE_ARG(rq->where), SLICE_ARG(text));
}

void say_error(struct request *rq, const char *lang, enum err code, struct rpc_error *out)
{
	const struct refusal *r = &rq->refusal;

	*out = (struct rpc_error){.code = code, .ref = rq->ref, .detail = buf_view(&rq->detail)};
	out->text = with_where(rq, filled(rq, lang, r->text ? r->text : err_text(code), r->arg));
	out->why = filled(rq, lang, r->why, r->arg);
	out->can = filled(rq, lang, r->can, r->arg);
	/* whatever is not there, or may not be seen: one answer */
	if (code == ERR_NOTFOUND)
		out->can =
			slice_of(say(lang, N_("Look in the list: brug plan, or brug case list.")));
}
