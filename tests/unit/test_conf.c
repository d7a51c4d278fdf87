/* The configuration file: what is refused, where, and that the sample is the table's own. */
#include "conf.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/brug-conf-XXXXXX";
static struct conf c;
static char why[256];

static void set_up(void)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
	conf_default(&c);
}

static void tear_down(void)
{
	unlink(path);
}
TestSuite(conf, .init = set_up, .fini = tear_down);

static enum err read_text(const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
	return conf_read(&c, path, why);
}

static void refused(const char *text, const char *line, const char *words)
{
	conf_default(&c);
	cr_expect_eq(read_text(text), ERR_USAGE, "%s", text);
	cr_expect_not_null(strstr(why, line), "\"%s\" names %s", why, line);
	cr_expect_not_null(strstr(why, words), "\"%s\" says %s", why, words);
}

static char *printed(const struct conf *conf)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	conf_print(conf, f);
	fclose(f);
	return text;
}

Test(conf, an_empty_file_is_the_defaults)
{
	struct conf plain;

	conf_default(&plain);
	cr_assert_eq(read_text("# nothing\n\n"), ERR_OK);
	cr_expect_eq(memcmp(&plain, &c, sizeof(c)), 0);
}

Test(conf, what_is_printed_is_read_back_the_same)
{
	char *text, *again;

	c.port = 0;
	c.connections = 77;
	strcpy(c.address, "::1");
	text = printed(&c);
	conf_default(&c);
	cr_assert_eq(read_text(text), ERR_OK, "%s", why);
	again = printed(&c);
	cr_expect_str_eq(again, text);
	cr_expect_eq(c.connections, 77);
	free(text);
	free(again);
}

Test(conf, the_sample_is_the_defaults_as_printed)
{
	char *text = printed(&c), sample[8192];
	FILE *f = fopen(SAMPLE, "re");
	size_t n;

	cr_assert_not_null(f);
	n = fread(sample, 1, sizeof(sample) - 1, f);
	sample[n] = 0;
	fclose(f);
	cr_expect_str_eq(sample, text, "make it anew: brugd --print-conf > conf/brugd.conf");
	free(text);
}

Test(conf, a_name_that_is_not_an_option_is_refused_at_its_line)
{
	refused("port = 1\nprot = 2\n", "line 2:", "there is no option \"prot\"");
}

Test(conf, a_number_out_of_bounds_or_not_a_number_is_refused_at_its_line)
{
	refused("\n\nport = 65536\n", "line 3:", "from 0 to 65535");
	refused("port = -1\n", "line 1:", "from 0 to 65535");
	refused("port =\n", "line 1:", "whole number");
	refused("port = 7450x\n", "line 1:", "\"7450x\"");
	refused("connections = 0\n", "line 1:", "from 1 to 100000");
	refused("connections = 99999999999999999999\n", "line 1:", "from 1 to 100000");
}

Test(conf, a_text_that_is_empty_or_does_not_fit_on_a_line_is_refused)
{
	char line[400] = "address = ";

	refused("address =\n", "line 1:", "1 to 255 bytes");
	memset(line + 10, 'a', 300);
	refused(line, "line", "name = value");
}

Test(conf, an_option_stands_there_once)
{
	refused("port = 1\nport = 2\n", "line 2:", "port stands here a second time");
	refused("port = 1\n  2\n", "line 2:", "port stands here a second time");
}

Test(conf, a_section_or_a_line_without_a_value_is_refused)
{
	refused("[net]\nport = 1\n", "line 2:", "[net]");
	refused("port\n", "line 1:", "name = value");
}

Test(conf, a_file_that_is_not_there_is_refused)
{
	cr_expect_eq(conf_read(&c, "/nonexistent/brugd.conf", why), ERR_USAGE);
	cr_expect_not_null(strstr(why, "cannot be read"));
}
