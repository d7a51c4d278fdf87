/*
 * The outbox: what was written while the server was away goes by itself when it is there again,
 * with the same request id, so that nothing is said twice. Only new texts go so; what changes
 * something that is there waits for its writer (brug drafts).
 */
#include "cli.h"

#include "clock.h"
#include "drafts.h"

#include <stdio.h>
#include <string.h>

static bool goes_by_itself(const char *method)
{
	return !strcmp(method, "message.say") || !strcmp(method, "item.add");
}

bool outbox_keep(struct run *r, const char *draft)
{
	const struct method *m = command_method(r->command);

	if (!m || !goes_by_itself(m->name))
		return false;
	draft_wait(&r->home, draft, true);
	fprintf(stderr, "%s  brug drafts send %s\n",
		_("What you typed is kept on this device, sealed. It goes by itself with the next "
		  "command that reaches the server; or now:"),
		draft);
	return true;
}

/* The server keeps a request id for 30 days; a day for clocks that differ. */
static const int64_t KEPT_MS = 29LL * 24 * 60 * 60 * 1000;

struct sending {
	struct run *run;
	unsigned sent, refused;
	bool away;
};

/* The server's no is an answer: it stays as a draft for its writer to look at. So does what is
 * older than the server remembers a request: it cannot tell any more whether it was done. */
static void send_one(void *ctx, const char *name, int64_t time_ms)
{
	CLEANUP(buf_wipe) struct buf method = {0};
	CLEANUP(buf_wipe) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct sending *s = ctx;
	struct fault f = {0};
	enum err err;

	if (s->away || !strncmp(name, "edit-", 5) || !draft_waits(&s->run->home, name))
		return;
	if (time_ms + KEPT_MS < clock_now_ms()) {
		draft_wait(&s->run->home, name, false);
		s->refused++;
		return;
	}
	err = draft_read(&s->run->home, name, &method, &params, &f);
	if (err == ERR_OK)
		err = link_call(s->run->link, (char *)method.p, buf_view(&params), &t, &f);
	if (err == ERR_OK) {
		draft_drop(&s->run->home, name);
		s->sent++;
	} else if (err == ERR_UNREACHABLE || err == ERR_AWAY || err == ERR_LIMIT) {
		s->away = true;
	} else {
		draft_wait(&s->run->home, name, false);
		s->refused++;
	}
	fault_free(&f);
}

void outbox_send(struct run *r)
{
	struct sending s = {.run = r};

	if (r->command->go == go_drafts)
		return; /* who looks at them decides himself */
	draft_each(&r->home, send_one, &s);
	if (s.sent == 1)
		fprintf(stderr, "%s\n", _("What you wrote while the server was away is sent."));
	else if (s.sent) {
		fprintf(stderr, _("%u texts that you wrote while the server was away are sent."),
			s.sent);
		fprintf(stderr, "\n");
	}
	if (s.refused)
		fprintf(stderr, "%s\n",
			_("What could not be sent is kept as a draft: brug drafts"));
}
