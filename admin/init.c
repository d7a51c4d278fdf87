/* Founding a server, and renewing its certificate: what is done on its own machine. */
#include "admin.h"

#include "clock.h"
#include "found.h"
#include "texts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STATE_DIR "/var/lib/brug"

static enum err failed(struct run *r, const char *where)
{
	int why = errno;

	fault_set(&r->fault, ERR_INTERNAL, N_("%s cannot be read or made."), NULL,
		  N_("Become the server's user or root, or name another folder with --state."),
		  where);
	snprintf(r->fault.why, sizeof(r->fault.why), "%s", why ? strerror(why) : "");
	return ERR_INTERNAL;
}

static enum err there_already(struct run *r, const char *dir)
{
	return fault_set(&r->fault, ERR_CONFLICT, N_("There is a server in %s already."),
			 N_("Its keys open every text it holds; they are never written over."),
			 N_("Name another folder with --state."), dir);
}

/* One line from a prompt or from standard input, of the arena; otherwise when it is empty. */
static enum err ask_line(struct run *r, const char *prompt, const char *otherwise, const char **out)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	*out = otherwise;
	if (texts_line(prompt, &line, &r->fault) != ERR_OK && !otherwise)
		return r->fault.code;
	if (line.n)
		*out = arena_str(&r->arena, buf_view(&line));
	return ERR_OK;
}

/* Where there is nobody to ask, the name must have been given. */
static enum err find_server(struct run *r, const char **out)
{
	char host[256] = "localhost", prompt[320];

	*out = run_text(r, "server", NULL);
	if (*out)
		return ERR_OK;
	gethostname(host, sizeof(host) - 1);
	*out = arena_str(&r->arena, slice_of(host));
	if (options_has(&r->options, "yes"))
		return ERR_OK;
	if (!isatty(STDIN_FILENO))
		return fault_set(&r->fault, ERR_USAGE,
				 N_("Under which name will the server be reached?"), NULL,
				 N_("Give --server NAME, or --yes for this machine's own name."),
				 NULL);
	snprintf(prompt, sizeof(prompt), _("Under which name will the server be reached? [%s]"),
		 host);
	return ask_line(r, prompt, *out, out);
}

/* On a terminal with --yes the handle's first half will do; a pipe may still hold the name. */
static enum err find_name(struct run *r, struct founding *f)
{
	const char *usual = arena_str(
		&r->arena, (struct slice){(const uint8_t *)f->handle, strcspn(f->handle, "@")});

	f->name = usual;
	if (isatty(STDIN_FILENO) && options_has(&r->options, "yes"))
		return ERR_OK;
	return ask_line(r, _("What is the first admin called?"), usual, &f->name);
}

static enum err check_founding(struct run *r, const struct founding *f)
{
	CLEANUP(buf_free) struct buf user = {0};
	CLEANUP(buf_free) struct buf agency = {0};
	uint8_t request[16] = {0};

	pack_map(&user, 3);
	pack_kv_text(&user, "person", f->handle);
	pack_kv_text(&user, "name", f->name);
	pack_kv_bin(&user, "request", (struct slice){request, sizeof(request)});
	TRY(run_check(r, "user.add", buf_view(&user)));
	pack_map(&agency, 4);
	pack_kv_text(&agency, "agency", f->agency);
	pack_kv_text(&agency, "name", f->agency_name);
	pack_kv_text(&agency, "domain", "verband");
	pack_kv_bin(&agency, "request", (struct slice){request, sizeof(request)});
	TRY(run_check(r, "agency.put", buf_view(&agency)));
	if (!strcmp(strchr(f->handle, '@') + 1, f->agency))
		return ERR_OK;
	return fault_set(&r->fault, ERR_USAGE, N_("The first admin is of the first agency."), NULL,
			 N_("Write his handle as name@%s."), f->agency);
}

static enum err plan(struct run *r, struct founding *f)
{
	*f = (struct founding){.dir = run_text(r, "state", STATE_DIR),
			       .agency = run_text(r, "agency", "huis"),
			       .agency_name =
				       run_text(r, "agency_name", _("Care and Safety House"))};
	f->handle = run_text(r, "admin",
			     arena_str(&r->arena, arena_fmt(&r->arena, "beheer@%s", f->agency)));
	TRY(find_server(r, &f->server));
	TRY(find_name(r, f));
	return check_founding(r, f);
}

static void say_founded(struct run *r, const struct founding *f, const char *code)
{
	const char *port = run_text(r, "port", "7450");

	if (isatty(STDOUT_FILENO)) {
		printf(_("A server for %s was made in %s."), f->server, f->dir);
		printf("\n%s\n\n  %s\n\n%s\n\n  ",
		       _("Keep a copy of this file apart from all backups: without it no text can "
			 "be read."),
		       arena_str(&r->arena, arena_fmt(&r->arena, "%s/master.key", f->dir)),
		       _("Start it (systemctl start brugd); then, as the first admin:"));
	}
	printf("brug join %s:%s %s\n", f->server, port, code);
}

enum err go_init(struct run *r)
{
	struct founding f;
	char code[40], where[256];
	enum err err;

	TRY(plan(r, &f));
	err = found(&f, code, where);
	if (err == ERR_CONFLICT)
		return there_already(r, f.dir);
	if (err != ERR_OK)
		return failed(r, where);
	say_founded(r, &f, code);
	explicit_bzero(code, sizeof(code));
	return ERR_OK;
}

/* -- another authority ------------------------------------------------------------------------- */

static enum err not_now(struct run *r, const char *why, const char *can)
{
	return fault_set(&r->fault, ERR_CONFLICT, N_("This is not the step to take now."), why, can,
			 NULL);
}

enum err go_ca_begin(struct run *r)
{
	char where[256];
	enum err err = found_authority(run_text(r, "state", STATE_DIR), where);

	if (err == ERR_CONFLICT)
		return not_now(r, N_("Another authority is taking over already."),
			       N_("brug-admin ca switch, and later brug-admin ca end"));
	if (err != ERR_OK)
		return failed(r, where);
	printf("%s\n%s  systemctl reload brugd\n%s\n",
	       _("The new authority signs devices from now on; both are trusted. Devices learn of "
		 "it "
		 "when they connect."),
	       _("Next:"),
	       _("When everybody has been there, a few weeks from now: brug-admin ca switch"));
	return ERR_OK;
}

enum err go_ca_switch(struct run *r)
{
	char where[256];
	int64_t until;
	enum err err = found_authority_switch(run_text(r, "state", STATE_DIR), &until, where);

	if (err == ERR_CONFLICT)
		return not_now(r, N_("No other authority is taking over."),
			       N_("brug-admin ca begin"));
	if (err != ERR_OK)
		return failed(r, where);
	printf(_("The server's new certificate is good until %.10s."),
	       (const char *)show_time(&r->arena, until).p);
	printf("\n%s  systemctl reload brugd\n%s\n", _("Next:"),
	       _("Who has not connected since ca begin joins again with a new code. 90 days after "
		 "it: brug-admin ca end"));
	return ERR_OK;
}

enum err go_ca_end(struct run *r)
{
	bool now = options_has(&r->options, "now");
	char where[256], date[12];
	int64_t from = 0;
	enum err err = found_authority_end(run_text(r, "state", STATE_DIR),
					   now ? INT64_MAX : clock_now_ms(), &from, where);

	if (err == ERR_CONFLICT)
		return not_now(r, N_("The old authority is still in use, or there is none."),
			       N_("brug-admin ca begin, and then brug-admin ca switch"));
	if (err == ERR_REFUSED)
		return fault_set(&r->fault, ERR_REFUSED,
				 N_("Devices may still hold a certificate of the old authority, "
				    "until %s."),
				 N_("They renew by themselves within 90 days."),
				 N_("Wait; or --now, and who has not renewed joins again."),
				 clock_date(from, date));
	if (err != ERR_OK)
		return failed(r, where);
	printf("%s\n%s  systemctl reload brugd\n",
	       _("The old authority is no longer trusted; its key was destroyed."), _("Next:"));
	return ERR_OK;
}

enum err go_renew(struct run *r)
{
	const char *dir = run_text(r, "state", STATE_DIR);
	char where[256];
	int64_t until;

	if (found_renew(dir, &until, where) != ERR_OK)
		return failed(r, where);
	printf(_("The server's new certificate is good until %.10s."),
	       (const char *)show_time(&r->arena, until).p);
	printf("\n%s  systemctl reload brugd\n", _("Next:"));
	return ERR_OK;
}
