/* Attachments: sent and fetched in pieces, compared with their hash at both ends. */
#include "cli.h"

#include "gate.h"
#include "json.h"
#include "table.h"

#include <openssl/evp.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_MAX = 1024 * 1024, HASH = 32, TRIES = 300 };

static void progress(const char *what, int64_t done, int64_t all)
{
	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r%s %3lld%%", what, (long long)(all ? done * 100 / all : 100));
	if (done == all)
		fprintf(stderr, "\n");
}

/* -- the file ---------------------------------------------------------------------------------- */

struct file {
	int fd;
	int64_t size;
	uint8_t hash[HASH];
};

static void file_close(struct file *f)
{
	if (f->fd >= 0)
		close(f->fd);
}

static bool hash_of(int fd, uint8_t out[HASH])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;
	uint8_t b[16384];
	ssize_t n = 1;

	while (ok && (n = read(fd, b, sizeof(b))) > 0)
		ok = EVP_DigestUpdate(c, b, (size_t)n) == 1;
	ok = ok && n == 0 && EVP_DigestFinal_ex(c, out, NULL) == 1;
	EVP_MD_CTX_free(c);
	return ok;
}

static enum err file_open(struct run *r, const char *path, struct file *f)
{
	struct stat st;

	f->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (f->fd >= 0 && fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    hash_of(f->fd, f->hash)) {
		f->size = (int64_t)st.st_size;
		return ERR_OK;
	}
	return fault_set(&r->fault, ERR_USAGE, N_("This file cannot be read."), NULL,
			 N_("Is the name right? %s"), path);
}

/* -- sending ----------------------------------------------------------------------------------- */

/* Pairs are {case, ...}; a request id is put behind them. */
static enum err change(struct run *r, const char *method, struct buf *pairs, unsigned n,
		       struct tree *out)
{
	CLEANUP(buf_wipe) struct buf params = {0};
	uint8_t request[16];

	request_draw(request);
	pack_kv_bin(pairs, "request", (struct slice){request, sizeof(request)});
	pack_kv_text(pairs, "case", r->case_code);
	pack_map(&params, n + 2);
	buf_slice(&params, buf_view(pairs));
	return run_ask(r, method, buf_view(&params), out);
}

static enum err begin(struct run *r, const char *path, const struct file *f, struct tree *out)
{
	CLEANUP(buf_wipe) struct buf pairs = {0};
	const char *slash = strrchr(path, '/');

	pack_kv_str(&pairs, "item", options_get(&r->options, "item"));
	pack_kv_text(&pairs, "name", slash ? slash + 1 : path);
	pack_kv_int(&pairs, "size", f->size);
	pack_kv_bin(&pairs, "hash", (struct slice){f->hash, HASH});
	return change(r, "attach.begin", &pairs, 4, out);
}

/* Many pieces are many requests: the server may ask to go slower. */
static bool again(struct run *r, enum err err, int *tries)
{
	if (err != ERR_LIMIT || ++*tries > TRIES)
		return false;
	fault_free(&r->fault);
	r->fault = (struct fault){0};
	usleep(100 * 1000);
	return true;
}

static enum err put_once(struct run *r, struct slice id, int64_t n, struct slice bytes)
{
	CLEANUP(buf_wipe) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree t = {0};

	pack_kv_str(&pairs, "attachment", id);
	pack_kv_int(&pairs, "n", n);
	pack_kv_bin(&pairs, "bytes", bytes);
	return change(r, "attach.put", &pairs, 3, &t);
}

static enum err put(struct run *r, struct slice id, int64_t n, struct slice bytes)
{
	int tries = 0;
	enum err err;

	do
		err = put_once(r, id, n, bytes);
	while (again(r, err, &tries));
	return err;
}

static enum err send_pieces(struct run *r, const struct file *f, const msgpack_object *begun)
{
	struct slice id = obj_bytes(obj_get(begun, "attachment"));
	int64_t piece = obj_int(obj_get(begun, "chunk"), 0), n = obj_int(obj_get(begun, "next"), 0);
	uint8_t *b = piece > 0 && piece <= PIECE_MAX ? malloc((size_t)piece) : NULL;
	enum err err = b ? ERR_OK : ERR_INTERNAL;

	for (; err == ERR_OK && n * piece < f->size; n++) {
		ssize_t got = pread(f->fd, b, (size_t)piece, (off_t)(n * piece));

		progress(_("sending"), n * piece, f->size);
		if (got <= 0)
			err = fault_set(&r->fault, ERR_INTERNAL,
					N_("The file changed while it was sent."), NULL,
					N_("Send it again."), NULL);
		else
			err = put(r, id, n, (struct slice){b, (size_t)got});
	}
	if (err == ERR_OK)
		progress(_("sending"), f->size, f->size);
	free(b);
	return err;
}

enum err go_attach(struct run *r)
{
	CLEANUP(file_close) struct file f = {.fd = -1};
	CLEANUP(tree_free) struct tree begun = {0};
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_wipe) struct buf pairs = {0};
	struct slice given = options_get(&r->options, "file");
	char path[1001];

	if (!given.n || !options_has(&r->options, "item"))
		return fault_set(&r->fault, ERR_USAGE, N_("Which file, on which item?"), NULL,
				 N_("brug attach ITEM FILE"), NULL);
	snprintf(path, sizeof(path), "%.*s", SLICE_ARG(given));
	TRY(file_open(r, path, &f));
	TRY(begin(r, path, &f, &begun));
	TRY(send_pieces(r, &f, tree_root(&begun)));
	pack_kv_str(&pairs, "attachment", obj_bytes(obj_get(tree_root(&begun), "attachment")));
	TRY(change(r, "attach.end", &pairs, 1, &t));
	say_kept(r, tree_root(&t));
	return ERR_OK;
}

/* -- listing and fetching ---------------------------------------------------------------------- */

static enum err listed(struct run *r, struct tree *t)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(arena_free) struct arena a = {0};

	if (!options_has(&r->options, "item"))
		return fault_set(&r->fault, ERR_USAGE, N_("Of which item?"), NULL,
				 N_("Name it by its code or its number in the list last shown."),
				 NULL);
	pack_about(r, arena_str(&a, options_get(&r->options, "item")), &params);
	return run_ask(r, "attach.list", buf_view(&params), t);
}

enum err go_attachments(struct run *r)
{
	struct table table = {.head = {_("NR"), _("FILE"), _("BYTES"), _("BY"), _("DATE")},
			      .columns = 5,
			      .wide = {[1] = true}};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(listed(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "attachments");
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *a = obj_at(list, i);
		char nr[24], size[24], date[24];

		snprintf(nr, sizeof(nr), "%zu", i + 1);
		snprintf(size, sizeof(size), "%lld", (long long)obj_int(obj_get(a, "size"), 0));
		show_date(obj_int(obj_get(a, "time"), 0), date);
		table_row(&table, (struct slice[]){slice_of(nr), obj_bytes(obj_get(a, "name")),
						   slice_of(size), obj_bytes(obj_get(a, "by")),
						   slice_of(date)});
	}
	if (!obj_n(list))
		printf("%s\n", _("Nothing hangs on this that you may see."));
	else
		table_print(&table, stdout);
	table_free(&table);
	return ERR_OK;
}

/* The one with the number given, or the only one. */
static enum err chosen(struct run *r, struct tree *t, struct slice *id)
{
	struct slice given = options_get(&r->options, "number");
	const msgpack_object *list;
	char z[12];
	size_t n;

	TRY(listed(r, t));
	list = obj_get(tree_root(t), "attachments");
	snprintf(z, sizeof(z), "%.*s", (int)(given.n < 10 ? given.n : 10), (const char *)given.p);
	n = given.n ? strtoul(z, NULL, 10) : obj_n(list) == 1 ? 1 : 0;
	if (n && n <= obj_n(list)) {
		*id = obj_bytes(obj_get(obj_at(list, n - 1), "attachment"));
		return ERR_OK;
	}
	return fault_set(&r->fault, ERR_USAGE, N_("Which attachment?"), NULL,
			 N_("brug attachments ITEM lists them by number."), NULL);
}

static enum err get_piece(struct run *r, struct slice id, int64_t n, struct tree *t)
{
	CLEANUP(buf_free) struct buf params = {0};
	int tries = 0;
	enum err err;

	pack_map(&params, 3);
	pack_kv_text(&params, "case", r->case_code);
	pack_kv_str(&params, "attachment", id);
	pack_kv_int(&params, "n", n);
	do
		err = run_ask(r, "attach.get", buf_view(&params), t);
	while (again(r, err, &tries));
	return err;
}

/* Written as it comes; what does not fit its hash in the end is said to be so. */
static enum err fetch(struct run *r, struct slice id, EVP_MD_CTX *c)
{
	int64_t chunks = 1;
	uint8_t hash[HASH], is[HASH] = {0};

	for (int64_t n = 0; n < chunks; n++) {
		CLEANUP(tree_free) struct tree t = {0};
		struct slice bytes, whole;

		TRY(get_piece(r, id, n, &t));
		bytes = obj_bytes(obj_get(tree_root(&t), "bytes"));
		whole = obj_bytes(obj_get(tree_root(&t), "hash"));
		chunks = obj_int(obj_get(tree_root(&t), "chunks"), 0);
		if (whole.n == HASH)
			memcpy(is, whole.p, HASH);
		EVP_DigestUpdate(c, bytes.p, bytes.n);
		if (fwrite(bytes.p, 1, bytes.n, stdout) != bytes.n)
			return fault_set(&r->fault, ERR_INTERNAL, N_("It cannot be written."), NULL,
					 N_("Is there room?"), NULL);
		progress(_("fetching"), n + 1, chunks);
	}
	if (EVP_DigestFinal_ex(c, hash, NULL) == 1 && !memcmp(hash, is, HASH))
		return ERR_OK;
	return fault_set(&r->fault, ERR_INTERNAL, N_("What came is not what was sent."),
			 N_("Its SHA-256 differs."), N_("Do not use it; fetch it again."), NULL);
}

enum err go_fetch(struct run *r)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	CLEANUP(tree_free) struct tree t = {0};
	struct slice id = {0};
	enum err err = chosen(r, &t, &id);

	if (err == ERR_OK && isatty(STDOUT_FILENO))
		err = fault_set(&r->fault, ERR_USAGE,
				N_("An attachment is not shown on a terminal."), NULL,
				N_("Send it to a file: brug fetch ITEM NR > FILE"), NULL);
	if (err == ERR_OK)
		err = c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1 ? fetch(r, id, c)
									 : ERR_INTERNAL;
	EVP_MD_CTX_free(c);
	return err;
}

enum err go_detach(struct run *r)
{
	CLEANUP(buf_wipe) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree list = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct slice id = {0};

	TRY(chosen(r, &list, &id));
	pack_kv_str(&pairs, "attachment", id);
	TRY(change(r, "attach.drop", &pairs, 1, &t));
	say_kept(r, tree_root(&t));
	return ERR_OK;
}
