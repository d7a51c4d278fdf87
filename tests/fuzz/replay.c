/* Reads the files and folders it is given through the harness it is linked with. A crash, or a
 * must() that does not hold, ends it; the last name it printed is the file. */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void one(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t *all;

	must(fd >= 0 && fstat(fd, &st) == 0, path);
	all = malloc((size_t)st.st_size + 1); /* so that reading past the end is seen */
	must(all && read(fd, all, (size_t)st.st_size) == st.st_size, path);
	close(fd);
	printf("%s\n", path);
	fflush(stdout);
	all = realloc(all, st.st_size ? (size_t)st.st_size : 1);
	must(all != NULL, path);
	LLVMFuzzerTestOneInput(all, (size_t)st.st_size);
	free(all);
}

static int no_dots(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static size_t all_of(const char *path)
{
	struct dirent **names;
	struct stat st;
	char file[4096];
	int n;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		one(path);
		return 1;
	}
	n = scandir(path, &names, no_dots, alphasort);
	must(n > 0, path);
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		one(file);
		free(names[i]);
	}
	free(names);
	return (size_t)n;
}

int main(int argc, char **argv)
{
	size_t n = 0;

	for (int i = 1; i < argc; i++)
		n += all_of(argv[i]);
	printf("%zu inputs\n", n);
	return n ? 0 : 1;
}
