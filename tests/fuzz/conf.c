/* The files the daemon starts with: brugd.conf and the pairing of SLIM. What is read and printed is
 * read again to the same. */
#include "fuzz.h"

#include "conf.h"
#include "slim.h"

#include <string.h>

/* Fields may hold what stood there before; what is printed tells. */
static void print(const struct conf *c, const char *path)
{
	FILE *f = fopen(path, "we");

	must(f != NULL, "a file can be made");
	conf_print(c, f);
	fclose(f);
}

static void configuration(struct slice text)
{
	const char *path = fuzz_path("brugd.conf"), *copy = fuzz_path("copy.conf");
	struct conf c, same;
	char why[256] = "";

	conf_default(&c);
	fuzz_write(path, text);
	if (conf_read(&c, path, why) != ERR_OK) {
		must(*why != 0, "a mistake is named");
		return;
	}
	print(&c, copy);
	conf_default(&same);
	must(conf_read(&same, copy, why) == ERR_OK, "what is printed is read");
	must(!memcmp(&c.port, &same.port, sizeof(c) - offsetof(struct conf, port)),
	     "the same numbers");
	must(!strcmp(c.state, same.state) && !strcmp(c.address, same.address), "the same texts");
}

static void pairing(struct slice text)
{
	CLEANUP(arena_free) struct arena a = {0};
	char why[256] = "";
	struct slim slim;

	if (slim_parse(arena_str(&a, text), "fuzz", &slim, why) != ERR_OK) {
		must(*why != 0, "a mistake is named");
		return;
	}
	must(slim.n <= SLIM_ROWS, "there are no more rows than places");
	slim_fit(&slim, SLICE("ik_wil_anders"), SLICE("opgesloten"), SLICE("veiligheid"));
	slim_expected(&slim, SLICE(""), SLICE("opgesloten"));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice s = {p, n};

	if (fuzz_number(&s, 1) == 'S')
		pairing(s);
	else
		configuration(s);
	return 0;
}
