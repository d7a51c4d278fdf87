/* What needs no case: joining, a new key, where one works, the version. */
#include "cli.h"

#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void copy(char *out, size_t n, struct slice s)
{
	snprintf(out, n, "%.*s", SLICE_ARG(s));
}

/* -- joining ----------------------------------------------------------------------------------- */

static void say_joined(const msgpack_object *me)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line,
		_("You are %.*s of %.*s on this device. The server is the one your code names."),
		SLICE_ARG(obj_bytes(obj_get(me, "name"))),
		SLICE_ARG(obj_bytes(obj_get(me, "agency"))));
	table_text(stdout, 0, buf_view(&line));
	printf("%s  brug\n", _("Now:"));
}

static void device_label(char out[64])
{
	if (gethostname(out, 63) != 0 || !*out)
		snprintf(out, 64, "device");
	out[63] = 0;
}

enum err go_join(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_wipe) struct buf typed = {0};
	char server[300], label[64];
	struct slice code = options_get(&r->options, "code");

	copy(server, sizeof(server), options_get(&r->options, "server"));
	if (!*server)
		return fault_set(&r->fault, ERR_USAGE, N_("Which server?"), NULL,
				 N_("brug join host:port, as in the message with your code."),
				 NULL);
	if (code.n)
		buf_slice(&typed, code);
	else
		TRY(texts_line(_("Join code:"), &typed, &r->fault));
	buf_u8(&typed, 0);
	device_label(label);
	TRY(link_join(&r->home, server, (char *)typed.p, label, &t, &r->fault));
	if (r->options.json)
		json_print(stdout, tree_root(&t), false);
	else
		say_joined(tree_root(&t));
	return ERR_OK;
}

enum err go_renew(struct run *r)
{
	TRY(run_connect(r));
	TRY(link_renew(&r->home, r->link, true, &r->fault));
	printf("%s\n", _("This device has a new key."));
	return ERR_OK;
}

/* That the case is there for him; when the server is away, later commands will tell. */
static enum err check_case(struct run *r, const char *code)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	enum err err;

	pack_map(&params, 1);
	pack_kv_text(&params, "case", code);
	err = run_ask(r, "case.show", buf_view(&params), &t);
	return err == ERR_UNREACHABLE || err == ERR_BUSY ? ERR_OK : err;
}

/* What was chosen for one case says nothing about another. */
static void take_purposes(struct run *r, bool other_case)
{
	char names[256] = "";

	copy(names, sizeof(names), options_get(&r->options, "purposes"));
	if (!strcmp(names, "all") || !strcmp(names, "alle"))
		names[0] = 0;
	if (other_case || options_has(&r->options, "purposes"))
		place_purposes_set(&r->home, names);
}

static void say_case(const struct run *r, const char *code)
{
	json_t *j = json_pack("{s:i, s:s}", "v", 1, "case", code);

	if (r->options.json) {
		json_dumpf(j, stdout, JSON_COMPACT);
		printf("\n");
	} else {
		printf("%s %s\n", _("You work in"), code);
	}
	json_decref(j);
}

enum err go_use(struct run *r)
{
	char code[16];

	copy(code, sizeof(code), options_get(&r->options, "case"));
	take_purposes(r, *code);
	if (!*code) {
		if (!place_case(&r->home, code))
			return fault_set(&r->fault, ERR_USAGE, N_("Which case?"), NULL,
					 N_("brug use J-0417"), NULL);
		say_case(r, code);
		return ERR_OK;
	}
	if (home_joined(&r->home))
		TRY(check_case(r, code));
	place_case_set(&r->home, code);
	say_case(r, code);
	return ERR_OK;
}

static void version_json(struct run *r, bool there)
{
	json_t *j = json_pack("{s:i, s:s}", "v", 1, "brug", VERSION);
	const char *const keys[] = {"version", "server"};

	for (int i = 0; there && i < 2; i++) {
		struct slice text = obj_bytes(obj_get(link_me(r->link), keys[i]));

		json_object_set_new(j, i ? "server" : "brugd",
				    json_stringn((const char *)text.p, text.n));
	}
	json_dumpf(j, stdout, JSON_COMPACT);
	printf("\n");
	json_decref(j);
}

/* One's own version can be told without a server. */
enum err go_version(struct run *r)
{
	bool there = home_joined(&r->home) && run_connect(r) == ERR_OK;

	if (r->options.json) {
		version_json(r, there);
		return ERR_OK;
	}
	printf("brug " VERSION "\n");
	if (there)
		gate_printf(stdout, "brugd %.*s, %.*s\n",
			    SLICE_ARG(obj_bytes(obj_get(link_me(r->link), "version"))),
			    SLICE_ARG(obj_bytes(obj_get(link_me(r->link), "server"))));
	return ERR_OK;
}
