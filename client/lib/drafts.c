#include "drafts.h"

#include "texts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void drafts_path(const struct home *h, const char *name, char out[DRAFT_PATH])
{
	char dir[1200];

	mkdir(home_state(h, "drafts", dir), 0700);
	snprintf(out, DRAFT_PATH, "%s/%s", dir, name);
}

enum err draft_write(const char *path, struct slice bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && (!bytes.n || write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n) &&
		  fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok ? ERR_OK : ERR_INTERNAL;
}

/* -- what an editor holds ---------------------------------------------------------------------- */

/* "edit-KEY-PID": the process it belongs to, or 0 when the name is another's. */
static pid_t owner_of(const char *name, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(name, "edit-", 5) != 0 || strncmp(name + 5, key, n) != 0 || name[5 + n] != '-')
		return 0;
	return (pid_t)atoi(name + 6 + n);
}

static bool is_gone(pid_t pid)
{
	return kill(pid, 0) != 0 && errno == ESRCH;
}

/* Of several the one left last, which is the one that stands last in the list. */
bool draft_resume(const struct home *h, const char *key, char path[DRAFT_PATH])
{
	char own[96], folder[DRAFT_PATH], left[DRAFT_PATH];
	struct dirent **list = NULL;
	bool found = false;
	int n;

	snprintf(own, sizeof(own), "edit-%s-%d", key, (int)getpid());
	drafts_path(h, own, path);
	drafts_path(h, ".", folder);
	n = scandir(folder, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		pid_t pid = owner_of(list[i]->d_name, key);

		drafts_path(h, list[i]->d_name, left);
		found = (pid > 0 && is_gone(pid) && rename(left, path) == 0) || found;
		free(list[i]);
	}
	free(list);
	return found;
}

/* -- a change that is not acknowledged --------------------------------------------------------- */

enum err draft_keep(const struct home *h, const char *method, struct slice params, char name[32],
		    struct fault *f)
{
	CLEANUP(buf_wipe) struct buf b = {0};
	char path[DRAFT_PATH], temp[DRAFT_PATH + 8];
	uint8_t r[16];

	request_draw(r);
	snprintf(name, 32, "%02x%02x%02x", r[0], r[1], r[2]);
	drafts_path(h, name, path);
	snprintf(temp, sizeof(temp), "%s.new", path);
	pack_array(&b, 2);
	pack_text(&b, method);
	pack_bin(&b, params);
	if (draft_write(temp, buf_view(&b)) == ERR_OK && rename(temp, path) == 0)
		return ERR_OK;
	return fault_set(f, ERR_INTERNAL, N_("There is no room for a draft."), NULL,
			 N_("Make room in %s."), path);
}

bool draft_drop(const struct home *h, const char *name)
{
	char path[DRAFT_PATH];

	drafts_path(h, name, path);
	return *name && !strchr(name, '/') && unlink(path) == 0;
}

enum err draft_unknown(struct fault *f, const char *name)
{
	return fault_set(f, ERR_USAGE, N_("There is no draft %s."), NULL,
			 N_("brug drafts lists them."), name);
}

enum err draft_read(const struct home *h, const char *name, struct buf *method, struct buf *params,
		    struct fault *f)
{
	CLEANUP(buf_wipe) struct buf b = {0};
	CLEANUP(tree_free) struct tree t = {0};
	char path[DRAFT_PATH];
	int fd;

	drafts_path(h, name, path);
	fd = strchr(name, '/') ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return draft_unknown(f, name);
	texts_read(fd, &b, f);
	close(fd);
	if (tree_read(&t, buf_view(&b)) != ERR_OK || obj_n(tree_root(&t)) != 2)
		return fault_set(f, ERR_INTERNAL, N_("The draft %s cannot be read."), NULL, NULL,
				 name);
	buf_slice(method, obj_bytes(obj_at(tree_root(&t), 0)));
	buf_u8(method, 0);
	buf_slice(params, obj_bytes(obj_at(tree_root(&t), 1)));
	return ERR_OK;
}

void draft_each(const struct home *h, void (*fn)(void *ctx, const char *name, int64_t time_ms),
		void *ctx)
{
	struct dirent **list = NULL;
	char path[DRAFT_PATH];
	int n;

	drafts_path(h, ".", path);
	n = scandir(path, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		struct stat st;

		drafts_path(h, list[i]->d_name, path);
		if (list[i]->d_name[0] != '.' && stat(path, &st) == 0)
			fn(ctx, list[i]->d_name, (int64_t)st.st_mtime * 1000);
		free(list[i]);
	}
	free(list);
}
