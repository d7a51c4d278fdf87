#include "texts.h"

#include "drafts.h"
#include "lang.h"
#include "table.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
enum { INPUT_MAX = 256 * 1024 };

void texts_free(struct texts *t)
{
	for (int i = 0; i < TEXTS; i++)
		buf_wipe(&t->text[i]);
}

/* -- taking apart ------------------------------------------------------------------------------ */

static void trim(struct buf *b)
{
	size_t start = 0;

	while (b->n && strchr(" \t\r\n", b->p[b->n - 1]))
		b->n--;
	while (start < b->n && strchr("\r\n", b->p[start]))
		start++;
	buf_drop(b, start);
}

/* The section a line "name: ..." begins, or -1; *rest is what follows on it. */
static int section_of(const struct texts_wanted *w, struct slice line, struct slice *rest)
{
	for (size_t i = 0; i < w->n; i++) {
		struct slice name = slice_of(w->field[i]->name);

		if (slice_starts(line, name) && line.n > name.n && line.p[name.n] == ':') {
			*rest = (struct slice){line.p + name.n + 1, line.n - name.n - 1};
			while (rest->n && rest->p[0] == ' ')
				*rest = (struct slice){rest->p + 1, rest->n - 1};
			return (int)i;
		}
	}
	return -1;
}

static struct slice next_line(struct slice *bytes)
{
	const uint8_t *end = memchr(bytes->p, '\n', bytes->n);
	size_t n = end ? (size_t)(end - bytes->p) : bytes->n;
	struct slice line = {bytes->p, n};

	*bytes = (struct slice){bytes->p + n + (end != NULL), bytes->n - n - (end != NULL)};
	return line;
}

/* "onzin: ...": meant as the name of a text. */
static bool looks_named(struct slice line)
{
	size_t n = 0;

	while (n < line.n && ((line.p[n] >= 'a' && line.p[n] <= 'z') || line.p[n] == '_'))
		n++;
	return n > 1 && n < line.n && line.p[n] == ':';
}

/* Where a text without a name goes: to the only one there is, or the only one that must be given.
 */
static int unnamed(const struct texts_wanted *w)
{
	int at = -1;

	if (w->n == 1)
		return 0;
	for (size_t i = 0; i < w->n; i++) {
		if (w->required[i] && at >= 0)
			return -1;
		if (w->required[i])
			at = (int)i;
	}
	return at;
}

enum err texts_parse(const struct texts_wanted *w, struct slice bytes, struct texts *out,
		     struct fault *f)
{
	int at = unnamed(w);
	bool named = false;

	while (bytes.n) {
		struct slice line = next_line(&bytes), rest = line;
		int section;

		if (w->remarks && (slice_is(line, "#") || slice_starts(line, SLICE("# "))))
			continue;
		section = section_of(w, line, &rest);
		named = named || section >= 0;
		if (section >= 0)
			at = section;
		else if (!named && w->n > 1 && looks_named(line))
			return fault_set(f, ERR_USAGE, N_("There is no text of this name here."),
					 NULL,
					 N_("A line that begins with a word and a colon names a "
					    "text, for instance %s:"),
					 w->field[0]->name);
		else if (at < 0 && line.n)
			return fault_set(
				f, ERR_USAGE, N_("It is not clear which text this is."), NULL,
				N_("Put the name and a colon before each text, for instance %s:"),
				w->field[0]->name);
		if (at < 0)
			continue;
		buf_slice(&out->text[at], rest);
		buf_u8(&out->text[at], '\n');
	}
	for (size_t i = 0; i < w->n; i++)
		trim(&out->text[i]);
	return ERR_OK;
}

static enum err texts_complete(const struct texts_wanted *w, const struct texts *t, struct fault *f)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->required[i] && !t->text[i].n)
			return fault_set(
				f, ERR_USAGE, N_("There is no text for %s."), NULL,
				N_("Write it in the editor, at the prompt or on standard input."),
				w->field[i]->name);
	return ERR_OK;
}

/* -- from where -------------------------------------------------------------------------------- */

enum err texts_read(int fd, struct buf *out, struct fault *f)
{
	uint8_t chunk[8192];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) > 0 && out->n < INPUT_MAX)
		buf_add(out, chunk, (size_t)n);
	explicit_bzero(chunk, sizeof(chunk));
	if (out->n < INPUT_MAX)
		return ERR_OK;
	return fault_set(f, ERR_USAGE, N_("The text is too long."), NULL, N_("Make it shorter."),
			 NULL);
}

enum err texts_line(const char *prompt, struct buf *out, struct fault *f)
{
	char line[4096];

	if (isatty(STDIN_FILENO))
		fprintf(stderr, "%s ", prompt);
	if (!fgets(line, sizeof(line), stdin))
		return fault_set(f, ERR_USAGE, N_("Nothing was given."), NULL,
				 N_("Answer at the prompt, or on standard input."), NULL);
	buf_add(out, line, strcspn(line, "\n"));
	explicit_bzero(line, sizeof(line));
	return ERR_OK;
}

static bool only_lines(const struct texts_wanted *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->field[i]->type == T_TEXT)
			return false;
	return true;
}

static enum err prompts(const struct texts_wanted *w, struct texts *out, struct fault *f)
{
	for (size_t i = 0; i < w->n; i++) {
		char prompt[256];

		snprintf(prompt, sizeof(prompt), "%s:", lang_text(w->field[i]->help));
		TRY(texts_line(prompt, &out->text[i], f));
	}
	return ERR_OK;
}

/* -- the editor -------------------------------------------------------------------------------- */

static void add_remark(struct buf *b, const char *text)
{
	for (const char *line = text; *line;
	     line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != 0))
		buf_fmt(b, "# %.*s\n", (int)strcspn(line, "\n"), line);
}

static void template_of(const struct texts_wanted *w, struct buf *b)
{
	if (w->remark)
		add_remark(b, w->remark);
	for (size_t i = 0; i < w->n; i++) {
		buf_fmt(b, "#\n# %s\n%s:", lang_text(w->field[i]->help), w->field[i]->name);
		if (w->now[i].n)
			buf_fmt(b, "\n%.*s", SLICE_ARG(w->now[i]));
		buf_fmt(b, "\n");
	}
}

/* vi and its kin are told to leave no traces of their own. */
static int run_editor(const char *path)
{
	const char *visual = getenv("VISUAL"),
		   *editor = visual && *visual ? visual : getenv("EDITOR");
	char command[512];
	char sh[] = "/bin/sh", c[] = "-c", copy[1500];
	char *argv[] = {sh, c, command, sh, copy, NULL};
	pid_t pid;
	int status;

	editor = editor && *editor ? editor : "vi";
	snprintf(command, sizeof(command), "exec %.400s %s \"$1\"", editor,
		 strstr(editor, "vi") ? "-n -i NONE" : "");
	snprintf(copy, sizeof(copy), "%s", path);
	if (posix_spawn(&pid, sh, NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static enum err take_back(const char *path, const struct texts_wanted *w, struct texts *out,
			  struct fault *f)
{
	CLEANUP(buf_wipe) struct buf b = {0};
	struct texts_wanted edited = *w;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum err err = fd < 0 ? ERR_INTERNAL : texts_read(fd, &b, f);

	if (fd >= 0)
		close(fd);
	TRY(err);
	edited.remarks = true;
	TRY(texts_parse(&edited, buf_view(&b), out, f));
	return texts_complete(w, out, f);
}

/* The file goes when its texts are whole: from there on the draft of the change holds them. */
static enum err edit(const struct home *h, const struct texts_wanted *w, struct texts *out,
		     struct fault *f)
{
	CLEANUP(buf_wipe) struct buf b = {0};
	char path[DRAFT_PATH];
	enum err err;

	if (draft_resume(h, w->draft, path)) {
		fprintf(stderr, "%s\n", _("You go on with what you wrote before."));
	} else {
		template_of(w, &b);
		if (draft_write(path, buf_view(&b)) != ERR_OK)
			return fault_set(f, ERR_INTERNAL, N_("There is no room for a draft."), NULL,
					 N_("Make room in %s."), path);
	}
	if (run_editor(path) != 0)
		return fault_set(
			f, ERR_INTERRUPTED, N_("The editor did not end well; nothing was sent."),
			NULL, N_("Give the same command again and go on writing. It is kept in %s"),
			path);
	err = take_back(path, w, out, f);
	if (err == ERR_OK)
		unlink(path);
	return err;
}

/* In a pipe, what is not given stays what it says now. */
static void keep_now(const struct texts_wanted *w, struct texts *out)
{
	for (size_t i = 0; i < w->n; i++)
		if (!out->text[i].n)
			buf_slice(&out->text[i], w->now[i]);
}

enum err texts_ask(const struct home *h, const struct texts_wanted *w, struct texts *out,
		   struct fault *f)
{
	CLEANUP(buf_wipe) struct buf b = {0};

	if (!w->n)
		return ERR_OK;
	if (!isatty(STDIN_FILENO)) {
		TRY(texts_read(STDIN_FILENO, &b, f));
		TRY(texts_parse(w, buf_view(&b), out, f));
		keep_now(w, out);
	} else {
		if (w->remark)
			table_text(stderr, 0, slice_of(w->remark));
		if (!only_lines(w))
			return edit(h, w, out, f);
		TRY(prompts(w, out, f));
	}
	return texts_complete(w, out, f);
}
