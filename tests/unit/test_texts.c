#include "drafts.h"
#include "texts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct field signaal = {.name = "signaal", .type = T_LINE},
			  inhoud = {.name = "inhoud", .type = T_TEXT};
static struct texts out;
static struct fault fault;

static enum err parse(size_t n, const char *bytes)
{
	struct texts_wanted w = {.field = {&signaal, &inhoud}, .required = {false, true}, .n = n};

	texts_free(&out);
	if (n == 1)
		w.field[0] = &inhoud;
	return texts_parse(&w, slice_of(bytes), &out, &fault);
}

static void is_text(int i, const char *text)
{
	cr_expect(slice_is(buf_view(&out.text[i]), text), "\"%.*s\"",
		  SLICE_ARG(buf_view(&out.text[i])));
}

Test(texts, each_goes_under_the_name_before_it)
{
	cr_assert_eq(parse(2, "signaal: er loopt iets\ninhoud:\nregel een\n\nregel twee\n"),
		     ERR_OK);
	is_text(0, "er loopt iets");
	is_text(1, "regel een\n\nregel twee");
	texts_free(&out);
}

Test(texts, a_line_with_a_number_sign_is_his_own_outside_an_editor)
{
	cr_assert_eq(parse(1, "#1 op de lijst\n# en dit ook\n"), ERR_OK);
	is_text(0, "#1 op de lijst\n# en dit ook");
	texts_free(&out);
}

Test(texts, one_without_a_name_goes_where_only_one_can)
{
	cr_assert_eq(parse(1, "gewoon een zin: met een dubbele punt\n"), ERR_OK);
	is_text(0, "gewoon een zin: met een dubbele punt");
	cr_assert_eq(parse(2, "gewoon een zin\n"), ERR_OK);
	is_text(1, "gewoon een zin");
	texts_free(&out);
}

/* -- drafts ------------------------------------------------------------------------------------ */

static struct home home;
static char dir[64];

static void set_up(void)
{
	strcpy(dir, "/tmp/brug-texts-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
	setenv("BRUG_HOME", dir, 1);
	home_find(&home);
}

static void tear_down(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	cr_assert_eq(system(command), 0);
}
TestSuite(drafts, .init = set_up, .fini = tear_down);

static void count(void *ctx, const char *name, int64_t time_ms)
{
	(void)name;
	(void)time_ms;
	++*(int *)ctx;
}

Test(drafts, what_is_kept_can_be_read_again_until_it_is_dropped)
{
	CLEANUP(buf_free) struct buf method = {0};
	CLEANUP(buf_free) struct buf params = {0};
	char name[32];
	int n = 0;

	cr_assert_eq(draft_keep(&home, "item.add", SLICE("\x80"), name, &fault), ERR_OK);
	cr_assert_eq(draft_read(&home, name, &method, &params, &fault), ERR_OK);
	cr_expect_str_eq((char *)method.p, "item.add");
	cr_expect(slice_is(buf_view(&params), "\x80"));
	draft_each(&home, count, &n);
	cr_expect_eq(n, 1);
	cr_expect(draft_drop(&home, name));
	cr_expect_not(draft_drop(&home, name));
	cr_expect_eq(draft_read(&home, name, &method, &params, &fault), ERR_USAGE);
}

Test(drafts, only_its_owner_can_read_one)
{
	char name[32], file[64], path[1200];
	struct stat st;

	cr_assert_eq(draft_keep(&home, "item.add", SLICE("\x80"), name, &fault), ERR_OK);
	snprintf(file, sizeof(file), "drafts/%s", name);
	cr_assert_eq(stat(home_state(&home, file, path), &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600);
}

static size_t bytes_of(const char *name, char into[4096])
{
	char file[64], path[1200];
	FILE *in;
	size_t n;

	snprintf(file, sizeof(file), "drafts/%s", name);
	in = fopen(home_state(&home, file, path), "re");
	cr_assert_not_null(in);
	n = fread(into, 1, 4096, in);
	fclose(in);
	return n;
}

Test(drafts, what_is_kept_lies_sealed_and_a_changed_byte_or_another_name_is_seen)
{
	CLEANUP(buf_free) struct buf method = {0};
	CLEANUP(buf_free) struct buf params = {0};
	char name[32], file[64], path[1200], other[1200], bytes[4096];
	FILE *back;
	size_t n;

	cr_assert_eq(draft_keep(&home, "message.say", SLICE("Zandstra belde"), name, &fault),
		     ERR_OK);
	n = bytes_of(name, bytes);
	cr_expect_null(memmem(bytes, n, "Zandstra", 8));
	cr_expect_null(memmem(bytes, n, "message", 7));
	snprintf(file, sizeof(file), "drafts/%s", name);
	home_state(&home, file, path);
	cr_assert_eq(rename(path, home_state(&home, "drafts/000000", other)), 0);
	cr_expect_eq(draft_read(&home, "000000", &method, &params, &fault), ERR_INTERNAL);
	bytes[n - 1] ^= 1;
	back = fopen(path, "we");
	fwrite(bytes, 1, n, back);
	fclose(back);
	cr_expect_eq(draft_read(&home, name, &method, &params, &fault), ERR_INTERNAL);
}

Test(drafts, one_that_waits_says_so_until_it_is_told_not_to)
{
	char name[32];

	cr_assert_eq(draft_keep(&home, "message.say", SLICE("\x80"), name, &fault), ERR_OK);
	cr_expect_not(draft_waits(&home, name));
	draft_wait(&home, name, true);
	cr_expect(draft_waits(&home, name));
	draft_wait(&home, name, false);
	cr_expect_not(draft_waits(&home, name));
}

Test(drafts, a_name_does_not_lead_out_of_the_folder)
{
	CLEANUP(buf_free) struct buf method = {0};
	CLEANUP(buf_free) struct buf params = {0};

	cr_expect_eq(draft_read(&home, "../../etc/passwd", &method, &params, &fault), ERR_USAGE);
	cr_expect_not(draft_drop(&home, "../current"));
}

/* A process that begins to write and is gone. */
static void begin_and_die(const char *key)
{
	char path[DRAFT_PATH];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		draft_resume(&home, key, path);
		_exit(draft_write(path, SLICE("half")) == ERR_OK ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
}

Test(drafts, what_a_dead_process_wrote_is_taken_over_under_the_same_key_only)
{
	char path[DRAFT_PATH];

	begin_and_die("item.add-J-0417-actie");
	cr_expect_not(draft_resume(&home, "item.add-J-0417-doel", path));
	cr_expect(draft_resume(&home, "item.add-J-0417-actie", path));
	cr_expect_eq(access(path, R_OK), 0);
	cr_expect_not(draft_resume(&home, "item.add-J-0417-actie", path),
		      "it is of a living process now");
}
