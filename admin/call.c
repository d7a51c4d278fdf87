/* From what was typed to a request, and back with its answer. */
#include "admin.h"

#include "texts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 4 * 1024 * 1024 };

enum err run_connect(struct run *r)
{
	if (r->link)
		return ERR_OK;
	TRY(link_open(&r->home, "brug-admin " VERSION, &r->link, &r->fault));
	/* when it fails, the next run tries again */
	link_renew(&r->home, r->link, false, &(struct fault){0});
	evidence_keep(r);
	return ERR_OK;
}

const char *run_text(struct run *r, const char *name, const char *otherwise)
{
	struct slice s = options_get(&r->options, name);

	return s.n ? arena_str(&r->arena, s) : otherwise;
}

static void fd_close(int *fd)
{
	if (*fd > STDIN_FILENO)
		close(*fd);
}

enum err run_file(struct run *r, const char *path, struct slice *out)
{
	CLEANUP(fd_close)
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	CLEANUP(buf_wipe) struct buf b = {0};
	uint8_t chunk[8192];
	ssize_t n = -1;

	while (fd >= 0 && b.n < FILE_MAX && (n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(&b, chunk, (size_t)n);
	if (n == 0) {
		*out = arena_copy(&r->arena, buf_view(&b));
		return ERR_OK;
	}
	fault_set(&r->fault, ERR_USAGE, N_("The file %s cannot be read."), NULL, NULL, path);
	snprintf(r->fault.why, sizeof(r->fault.why), "%s",
		 n > 0 ? _("It is larger than 4 MB.") : strerror(errno));
	return ERR_USAGE;
}

/* -- packing ----------------------------------------------------------------------------------- */

static bool wanted(const struct run *r, const struct field *f)
{
	return field_is_private(f) &&
	       ((f->flags & F_REQUIRED) || options_has(&r->options, f->name));
}

static enum err pack_texts(struct run *r, const struct method *m, struct buf *pairs, unsigned *n)
{
	CLEANUP(texts_free) struct texts texts = {0};
	struct texts_wanted w = {0};

	for (const struct field *f = m->params; f->name && w.n < TEXTS; f++)
		if (wanted(r, f)) {
			w.required[w.n] = f->flags & F_REQUIRED;
			w.field[w.n++] = f;
		}
	TRY(texts_ask(&r->home, &w, &texts, &r->fault));
	for (size_t i = 0; i < w.n; i++)
		if (texts.text[i].n) {
			pack_kv_str(pairs, w.field[i]->name, buf_view(&texts.text[i]));
			++*n;
		}
	return ERR_OK;
}

/* What must be given and was not, said with the command's example before a text is asked. */
static enum err whole(struct run *r, const struct method *m)
{
	const struct field *f = options_missing(&r->options, m->params);
	char name[64];

	if (!f)
		return ERR_OK;
	options_name(f, name);
	fault_set(&r->fault, ERR_USAGE, N_("This is missing: %s."), f->help, NULL, name);
	snprintf(r->fault.can, sizeof(r->fault.can), "%s %.400s", _("Example:"),
		 r->command->example ? r->command->example : "brug-admin help");
	return ERR_USAGE;
}

enum err run_pack(struct run *r, struct buf *out)
{
	const struct method *m = command_method(r->command);
	CLEANUP(buf_wipe) struct buf pairs = {0};
	uint8_t request[16];
	unsigned n = 0;

	TRY(whole(r, m));
	TRY(options_check(&r->options, &r->fault));
	TRY(options_pack(&r->options, m->params, &pairs, &n, &r->fault));
	TRY(pack_texts(r, m, &pairs, &n));
	if (m->write) {
		request_draw(request);
		pack_kv_bin(&pairs, "request", (struct slice){request, sizeof(request)});
		n++;
	}
	pack_map(out, n);
	buf_slice(out, buf_view(&pairs));
	return ERR_OK;
}

enum err run_check(struct run *r, const char *method, struct slice params)
{
	const struct method *m = vocab_method(&brug_vocab, slice_of(method));
	CLEANUP(tree_free) struct tree t = {0};
	struct complaint c = {0};
	size_t n;

	TRY(tree_read(&t, params));
	if (vocab_check_params(m, tree_root(&t), &c) == ERR_OK)
		return ERR_OK;
	fault_set(&r->fault, ERR_USAGE, c.text, NULL, c.can, c.arg);
	n = strlen(r->fault.text);
	if (*c.where)
		snprintf(r->fault.text + n, sizeof(r->fault.text) - n, " (%s)", c.where);
	return ERR_USAGE;
}

/* -- sending ----------------------------------------------------------------------------------- */

enum err run_send(struct run *r, const char *method, struct slice params, struct tree *out)
{
	enum err err;

	*out = (struct tree){0};
	TRY(run_connect(r));
	err = link_call(r->link, method, params, out, &r->fault);
	if (err != ERR_UNREACHABLE)
		return err;
	/* once anew: the request id sees to it that nothing is done twice */
	link_close(r->link);
	r->link = NULL;
	TRY(run_connect(r));
	return link_call(r->link, method, params, out, &r->fault);
}

enum err run_call(struct run *r, struct tree *out)
{
	CLEANUP(buf_wipe) struct buf params = {0};

	*out = (struct tree){0};
	TRY(run_pack(r, &params));
	return run_send(r, r->command->method, buf_view(&params), out);
}
