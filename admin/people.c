/* People: adding one, or a spreadsheet full; and the code with which one joins. */
#include "admin.h"

#include "csv.h"
#include "gate.h"
#include "json.h"
#include "pki.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

/* -- many at once ------------------------------------------------------------------------------ */

struct crowd {
	struct run *run;
	struct csv csv;
	struct slice *packed;          /* a request a row, of the arena */
	struct slices known, agencies; /* handles that exist; agencies that exist */
	struct slices others;          /* agencies whose people are not his to add */
	size_t wrong;
};

static void say_wrong(struct crowd *c, unsigned line, const char *text)
{
	CLEANUP(buf_free) struct buf said = {0};

	buf_fmt(&said, _("line %u: "), line);
	buf_fmt(&said, "%s", text);
	table_line(stderr, buf_view(&said));
	c->wrong++;
}

/* "agency-admin secretary": as many names as there are, between blanks or commas. */
static struct slices split_names(struct arena *a, struct slice s)
{
	struct slices out = {.v = ARENA_ARRAY(a, struct slice, s.n / 2 + 1)};
	size_t i = 0;

	while (i < s.n) {
		size_t from = i;

		while (i < s.n && !strchr(" ,;", s.p[i]))
			i++;
		if (i > from)
			out.v[out.n++] = (struct slice){s.p + from, i - from};
		i++;
	}
	return out;
}

static struct slice pack_person(struct crowd *c, const struct csv_row *row)
{
	struct arena *a = &c->run->arena;
	struct slices functions = split_names(a, csv_cell(&c->csv, row, "functions"));
	CLEANUP(buf_wipe) struct buf b = {0};
	uint8_t request[16];

	request_draw(request);
	pack_map(&b, functions.n ? 4 : 3);
	pack_kv_str(&b, "person", csv_cell(&c->csv, row, "person"));
	pack_kv_str(&b, "name", csv_cell(&c->csv, row, "name"));
	if (functions.n)
		pack_kv_strs(&b, "functions", functions);
	pack_kv_bin(&b, "request", (struct slice){request, sizeof(request)});
	return arena_copy(a, buf_view(&b));
}

static struct slice agency_of(struct slice handle)
{
	const uint8_t *at = handle.n ? memchr(handle.p, '@', handle.n) : NULL;

	return at ? (struct slice){at + 1, handle.n - (size_t)(at + 1 - handle.p)}
		  : (struct slice){0};
}

/* The list under key in an answer, its entries' names of the arena, added to out. */
static enum err add_names(struct crowd *c, const char *method, struct slice params, const char *key,
			  struct slices *out)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct arena *a = &c->run->arena;
	const msgpack_object *list;
	struct slice *v;

	TRY(run_send(c->run, method, params, &t));
	list = obj_get(tree_root(&t), key);
	v = ARENA_ARRAY(a, struct slice, out->n + obj_n(list) + 1);
	for (size_t i = 0; i < out->n; i++)
		v[i] = out->v[i];
	for (size_t i = 0; i < obj_n(list); i++)
		v[out->n + i] = arena_copy(
			a, obj_bytes(obj_get(obj_at(list, i),
					     !strcmp(key, "people") ? "person" : "agency")));
	*out = (struct slices){v, out->n + obj_n(list)};
	return ERR_OK;
}

static enum err add_people_of(struct crowd *c, struct slice agency)
{
	CLEANUP(buf_free) struct buf b = {0};

	pack_map(&b, 1);
	pack_kv_str(&b, "agency", agency);
	return add_names(c, "user.list", buf_view(&b), "people", &c->known);
}

static bool agency_came_before(const struct crowd *c, size_t row, struct slice agency)
{
	for (size_t i = 1; i < row; i++)
		if (slice_eq(agency_of(csv_cell(&c->csv, &c->csv.rows[i], "person")), agency))
			return true;
	return false;
}

/* What the server knows already, asked once an agency. */
static enum err ask_known(struct crowd *c)
{
	CLEANUP(buf_free) struct buf none = {0};
	enum err err;

	c->others.v = ARENA_ARRAY(&c->run->arena, struct slice, c->csv.n + 1);
	pack_map(&none, 0);
	TRY(add_names(c, "agency.list", buf_view(&none), "agencies", &c->agencies));
	for (size_t i = 1; i < c->csv.n; i++) {
		struct slice agency = agency_of(csv_cell(&c->csv, &c->csv.rows[i], "person"));

		if (!slices_have(c->agencies, agency) || agency_came_before(c, i, agency))
			continue;
		err = add_people_of(c, agency);
		if (err == ERR_REFUSED)
			c->others.v[c->others.n++] = agency;
		else
			TRY(err);
	}
	return ERR_OK;
}

static bool person_came_before(const struct crowd *c, size_t row, struct slice person)
{
	for (size_t i = 1; i < row; i++)
		if (slice_eq(csv_cell(&c->csv, &c->csv.rows[i], "person"), person))
			return true;
	return false;
}

static void check_row(struct crowd *c, size_t i)
{
	const struct csv_row *row = &c->csv.rows[i];
	struct slice person = csv_cell(&c->csv, row, "person");

	c->packed[i] = pack_person(c, row);
	if (run_check(c->run, "user.add", c->packed[i]) != ERR_OK)
		say_wrong(c, row->line, c->run->fault.text);
	else if (person_came_before(c, i, person))
		say_wrong(c, row->line, _("This person is in the file twice."));
	else if (slices_have(c->known, person))
		say_wrong(c, row->line, _("This person is known already."));
	else if (!slices_have(c->agencies, agency_of(person)))
		say_wrong(c, row->line, _("There is no such agency."));
	else if (slices_have(c->others, agency_of(person)))
		say_wrong(c, row->line, _("The people of this agency are not yours to add."));
}

static bool has_column(const struct csv *csv, const char *name)
{
	return csv->n && slices_have(csv->rows[0].cells, slice_of(name));
}

static enum err read_crowd(struct crowd *c, const char *path)
{
	struct fault *f = &c->run->fault;
	struct slice text;
	const char *why;
	char where[32];
	unsigned line;

	TRY(run_file(c->run, path, &text));
	if (csv_read(&c->run->arena, text, &c->csv, &line, &why) != ERR_OK) {
		snprintf(where, sizeof(where), "%u", line);
		return fault_set(f, ERR_USAGE, N_("Line %s of the file cannot be read."), why, NULL,
				 where);
	}
	if (!has_column(&c->csv, "person") || !has_column(&c->csv, "name"))
		return fault_set(f, ERR_USAGE,
				 N_("The columns person and name are not both there."),
				 N_("The first line names the columns."),
				 N_("Begin the file with: person,name,functions"), NULL);
	c->packed = ARENA_ARRAY(&c->run->arena, struct slice, c->csv.n);
	return ERR_OK;
}

static enum err send_crowd(struct crowd *c)
{
	size_t sent = 0;
	enum err err = ERR_OK;

	for (size_t i = 1; i < c->csv.n && err == ERR_OK; i++) {
		CLEANUP(tree_free) struct tree t = {0};

		err = run_send(c->run, "user.add", c->packed[i], &t);
		sent += err == ERR_OK;
	}
	if (sent == 1)
		printf("%s", _("1 person was added."));
	else
		printf(_("%zu people were added."), sent);
	putchar('\n');
	return err;
}

static enum err add_crowd(struct run *r, const char *path)
{
	struct crowd c = {.run = r};

	TRY(read_crowd(&c, path));
	TRY(ask_known(&c));
	for (size_t i = 1; i < c.csv.n; i++)
		check_row(&c, i);
	if (c.wrong)
		return fault_set(&r->fault, ERR_USAGE, N_("Nobody was added."), NULL,
				 N_("Mend the lines named above and run it again."), NULL);
	if (!options_has(&r->options, "dry_run"))
		return send_crowd(&c);
	printf(_("%zu people can be added; nothing was changed."), c.csv.n ? c.csv.n - 1 : 0);
	putchar('\n');
	return ERR_OK;
}

enum err go_user_add(struct run *r)
{
	const char *path = run_text(r, "csv", NULL);

	if (path)
		return add_crowd(r, path);
	if (!options_has(&r->options, "person"))
		return fault_set(&r->fault, ERR_USAGE, N_("Who?"), NULL,
				 N_("brug-admin user add handle@agency, or --csv FILE"), NULL);
	TRY(go_change(r));
	if (!r->options.json)
		fprintf(stderr, "%s  brug-admin code %s\n", _("Next:"), run_text(r, "person", ""));
	return ERR_OK;
}

/* -- join codes -------------------------------------------------------------------------------- */

static enum err pack_code(struct run *r, const uint8_t secret[JOIN_HALF], struct buf *out)
{
	uint8_t hash[32], request[16];

	if (EVP_Digest(secret, JOIN_HALF, hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_INTERNAL;
	request_draw(request);
	pack_map(out, 3);
	pack_kv_str(out, "person", options_get(&r->options, "person"));
	pack_kv_bin(out, "hash", (struct slice){hash, sizeof(hash)});
	pack_kv_bin(out, "request", (struct slice){request, sizeof(request)});
	return ERR_OK;
}

/* The address this device itself joined at: it is known to work. */
static const char *server_of(struct run *r)
{
	char path[1200], line[512] = "";
	FILE *f = fopen(home_data(&r->home, "server", path), "re");

	if (!f || !fgets(line, sizeof(line), f))
		line[0] = 0;
	if (f)
		fclose(f);
	line[strcspn(line, "\n")] = 0;
	return arena_str(&r->arena, slice_of(line));
}

static void say_code(struct run *r, const char *code, const msgpack_object *answer)
{
	struct slice until = show_time(&r->arena, obj_int(obj_get(answer, "until"), 0));

	if (r->options.json) {
		json_t *j =
			json_pack("{s:i, s:s, s:s, s:s}", "v", 1, "person",
				  run_text(r, "person", ""), "server", server_of(r), "code", code);

		json_dumpf(j, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(j);
		return;
	}
	printf("brug join %s %s\n", server_of(r), code);
	fprintf(stderr, _("For %s, once, until %.*s. Give it in person or by telephone."),
		run_text(r, "person", ""), SLICE_ARG(until));
	fputc('\n', stderr);
}

enum err go_code(struct run *r)
{
	CLEANUP(buf_wipe) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	uint8_t secret[JOIN_HALF];
	struct slice fp;
	char code[40];

	if (!options_has(&r->options, "person"))
		return fault_set(&r->fault, ERR_USAGE, N_("For whom?"), NULL,
				 N_("brug-admin code handle@agency"), NULL);
	if (RAND_bytes(secret, sizeof(secret)) != 1 || pack_code(r, secret, &params) != ERR_OK)
		return fault_set(&r->fault, ERR_INTERNAL,
				 N_("This device makes no random numbers."), NULL, NULL, NULL);
	TRY(run_send(r, "code.make", buf_view(&params), &t));
	fp = obj_bytes(obj_get(tree_root(&t), "fingerprint"));
	if (fp.n < JOIN_HALF)
		return fault_set(&r->fault, ERR_INTERNAL, N_("The server did not say who it is."),
				 NULL, NULL, NULL);
	pki_code_text(fp.p, secret, code);
	OPENSSL_cleanse(secret, sizeof(secret));
	say_code(r, code, tree_root(&t));
	OPENSSL_cleanse(code, sizeof(code));
	return ERR_OK;
}
