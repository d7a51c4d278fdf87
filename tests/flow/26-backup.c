/* A backup: made under load, put back as it was last or before, sealed, and true to erasure. */
#include "eyes.h"
#include "programs.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t day = 24LL * 60 * 60 * 1000;
static struct flow f;
static struct flow_case c;
static struct program p;
static char folder[128], key[128], master[128];

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
	setenv("LANGUAGE", "en", 1);
	setenv("BRUG_DAEMON", BRUGD, 1);
	snprintf(folder, sizeof(folder), "%s/backup", f.dir);
	snprintf(key, sizeof(key), "%s/backup.key", f.dir);
	snprintf(master, sizeof(master), "%s/master.key", f.state);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", "key", key, "--state", f.state);
	cr_assert_eq(p.status, 0, "%s", p.err);
}

static void tear_down(void)
{
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(backup, .init = set_up, .fini = tear_down);

static void back_up(void)
{
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", folder, "--state", f.state);
	cr_assert_eq(p.status, 0, "%s", p.err);
}

/* Puts it back in a folder of this name; more are options, or NULL. */
static int put_back(const char *name, const char *option, const char *value)
{
	char state[128];
	const char *argv[] = {"brug-admin", "restore", folder, "--key", key,   "--master",
			      master,       "--state", state,  option,  value, NULL};

	snprintf(state, sizeof(state), "%s/%s", f.dir, name);
	program_run(&f, &p, "beheer@zvh", NULL, argv);
	return p.status;
}

/* Goes on with the server that was put back in the folder of this name. */
static void go_on_with(const char *name)
{
	flow_case_close(&c);
	if (f.pid)
		cr_assert_eq(flow_stop(&f), 0);
	snprintf(f.state, sizeof(f.state), "%s/%s", f.dir, name);
	flow_start(&f);
	c.noor = flow_link(&f, "noor@wijk");
	c.mila = flow_link(&f, "mila@ggz");
	c.daan = flow_link(&f, "daan@pol");
}

static void add(const char *text, char code[16])
{
	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"%s\"}}", text);
}

static bool is_there(const char *code)
{
	enum err err = flow_try(c.noor, "item.show", NULL, NULL,
				"{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code);

	cr_assert(err == ERR_OK || err == ERR_NOTFOUND);
	return err == ERR_OK;
}

static bool says(const char *code, const char *text)
{
	BRUG(&f, &p, "noor@wijk", NULL, "show", code, "--case", c.code);
	return p.status == 0 && program_said(&p, text);
}

static int64_t facts(void)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct link *admin = flow_link(&f, "beheer@zvh");
	int64_t n;

	flow_call(admin, "server.status", &t, "{}");
	n = obj_int(obj_get(tree_root(&t), "journal_facts"), 0);
	link_close(admin);
	return n;
}

static size_t files_in(const char *below, char last[256])
{
	char path[160];
	struct dirent *e;
	size_t n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "%s/%s", folder, below);
	d = opendir(path);
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.') {
			snprintf(last, 256, "%.120s/%.120s", path, e->d_name);
			n++;
		}
	if (d)
		closedir(d);
	return n;
}

/* -- under load, and put back ------------------------------------------------------------------ */

/* One change; false when the server asked to wait, which one who writes without end may expect. */
static bool written(struct link *l)
{
	struct fault fault = {0};
	enum err err = flow_try(
		l, "item.add", NULL, &fault,
		"{\"case\":\"%s\",\"kind\":\"actie\",\"fields\":{\"inhoud\":\"druk\"}}", c.code);

	fault_free(&fault);
	return err == ERR_OK;
}

/* Somebody who writes without end, each acknowledged change a byte in the pipe. */
static pid_t writer(int to)
{
	pid_t pid = fork();
	struct link *l;

	if (pid)
		return pid;
	l = flow_link(&f, "mila@ggz");
	for (;;)
		if (!written(l))
			poll(NULL, 0, 100);
		else if (write(to, "x", 1) != 1)
			_exit(0);
}

static size_t read_pipe(int from, size_t at_least)
{
	char b[4096];
	size_t n = 0;

	while (n < at_least) {
		ssize_t got = read(from, b, at_least - n < sizeof(b) ? at_least - n : sizeof(b));

		cr_assert_gt(got, 0);
		n += (size_t)got;
	}
	return n;
}

static size_t actions(void)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(c.noor, "case.plan", &t, "{\"case\":\"%s\",\"kind\":\"actie\"}", c.code);
	return obj_n(obj_get(tree_root(&t), "items"));
}

Test(backup, what_was_acknowledged_before_a_backup_under_load_is_in_it)
{
	char code[16], state[128];
	int ends[2], before;
	pid_t pid;

	add("van voor de drukte", code);
	cr_assert_eq(pipe(ends), 0);
	pid = writer(ends[1]);
	before = (int)read_pipe(ends[0], 20);
	back_up();
	before += (int)read_pipe(ends[0], 20);
	back_up();
	read_pipe(ends[0], 5); /* and he writes on */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	cr_assert_eq(put_back("again", NULL, NULL), 0, "%s", p.err);
	cr_expect(program_said(&p, "The state was made anew from it."));
	snprintf(state, sizeof(state), "%s", f.state);
	go_on_with("again");
	cr_expect(says(code, "van voor de drukte"));
	cr_expect_geq(actions(), (size_t)before + 1);
	add("en verder", code);
	cr_expect(says(code, "en verder"));
}

Test(backup, a_second_backup_keeps_only_what_is_new_and_verifies_itself)
{
	char code[16], last[256];

	add("een", code);
	back_up();
	back_up();
	cr_expect(program_said(&p, "0 parts of the journal new, 1 were there already"));
	add("twee", code);
	back_up();
	cr_expect(program_said(&p, "1 parts of the journal new, 0 were there already"));
	cr_expect_eq(files_in("journal", last), 1, "a longer part takes the place of the shorter");
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", "verify", folder, "--key", key, "--master",
		   master);
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "it was put back, and removed again"));
}

Test(backup, a_server_is_put_back_as_it_was_at_a_fact_or_at_a_moment)
{
	char before[16], after[16], fact[24], moment[24];

	add("voor", before);
	snprintf(fact, sizeof(fact), "%lld", (long long)facts());
	flow_clock(&f, day);
	poll(NULL, 0, 1100); /* moments are told in seconds */
	snprintf(moment, sizeof(moment), "%s", flow_date(1));
	flow_clock(&f, 3 * day);
	add("na", after);
	back_up();
	cr_assert_eq(put_back("at-fact", "--fact", fact), 0, "%s", p.err);
	cr_expect(program_said(&p, "was left out"));
	cr_assert_eq(put_back("at-moment", "--until", moment), 0, "%s", p.err);
	cr_assert_eq(put_back("whole", NULL, NULL), 0, "%s", p.err);
	go_on_with("at-fact");
	cr_expect(is_there(before) && !is_there(after));
	go_on_with("at-moment");
	cr_expect(is_there(before) && !is_there(after));
	go_on_with("whole");
	cr_expect(is_there(before) && is_there(after));
}

/* -- sealed ------------------------------------------------------------------------------------ */

Test(backup, it_opens_with_the_backup_key_and_the_master_key_and_with_neither_alone)
{
	char other[128], code[16], last[256], own[128];

	add("alleen met beide", code);
	back_up();
	snprintf(other, sizeof(other), "%s/other.key", f.dir);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", "key", other, "--state", f.dir);
	cr_assert_eq(p.status, 0, "%s", p.err);
	snprintf(own, sizeof(own), "%s", key);
	snprintf(key, sizeof(key), "%s", other);
	cr_expect_neq(put_back("x1", NULL, NULL), 0);
	cr_expect(program_said(&p, "sealed for another backup key"));
	snprintf(key, sizeof(key), "%s", own);
	snprintf(master, sizeof(master), "%s/other.key", f.dir);
	cr_expect_neq(put_back("x2", NULL, NULL), 0);
	snprintf(master, sizeof(master), "%s/master.key", f.state);
	cr_assert_eq(files_in("keys", last), 1);
	cr_expect_not(flow_on_disk(&f, "alleen met beide"));
}

Test(backup, the_backup_key_may_have_a_passphrase)
{
	char command[800], pass[128], plain[128];
	const char *argv[] = {"brug-admin", "backup", "verify",       folder, "--key", key,
			      "--master",   master,   "--passphrase", pass,   NULL};

	back_up();
	snprintf(plain, sizeof(plain), "%s", key);
	snprintf(key, sizeof(key), "%s/sealed.key", f.dir);
	snprintf(pass, sizeof(pass), "%s/pass", f.dir);
	snprintf(command, sizeof(command),
		 "echo 'paard batterij nietje' >%s && openssl pkey -aes256 -in %s -out %s "
		 "-passout file:%s",
		 pass, plain, key, pass);
	cr_assert_eq(system(command), 0);
	program_run(&f, &p, "beheer@zvh", NULL, argv);
	cr_expect_eq(p.status, 0, "%s", p.err);
	snprintf(command, sizeof(command), "echo anders >%s", pass);
	cr_assert_eq(system(command), 0);
	program_run(&f, &p, "beheer@zvh", NULL, argv);
	cr_expect_neq(p.status, 0);
}

Test(backup, two_backups_in_one_folder_take_turns)
{
	int fd;

	back_up();
	fd = open(folder, O_RDONLY | O_DIRECTORY);
	cr_assert(fd >= 0 && flock(fd, LOCK_EX) == 0);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", folder, "--state", f.state);
	cr_expect_eq(p.status, ERR_BUSY, "%s", p.err);
	close(fd);
	back_up();
}

Test(backup, openssl_alone_opens_it_too)
{
	char command[800], last[256];

	back_up();
	cr_assert_eq(files_in("keys", last), 1);
	snprintf(command, sizeof(command),
		 "openssl cms -decrypt -binary -inform DER -inkey %s -in %s | tar -t | grep -qx "
		 "keys.mdb",
		 key, last);
	cr_expect_eq(system(command), 0);
}

Test(backup, a_flipped_bit_or_a_missing_part_is_named_and_nothing_is_started_on_it)
{
	char code[16], last[256], byte;
	FILE *part;

	add("x", code);
	back_up();
	cr_assert_eq(files_in("journal", last), 1);
	part = fopen(last, "r+e");
	fseek(part, 300, SEEK_SET);
	byte = (char)(fgetc(part) ^ 1);
	fseek(part, 300, SEEK_SET);
	fputc(byte, part);
	fclose(part);
	cr_expect_neq(put_back("y1", NULL, NULL), 0);
	cr_expect(program_said(&p, "is damaged"));
	unlink(last);
	cr_expect_neq(put_back("y2", NULL, NULL), 0);
	cr_expect(program_said(&p, "is missing"));
}

Test(backup, a_server_is_never_put_back_over_another_nor_kept_over_anothers_backup)
{
	char fact[24], code[16];

	snprintf(fact, sizeof(fact), "%lld", (long long)facts());
	add("x", code);
	back_up();
	cr_expect_eq(put_back("state", NULL, NULL), ERR_CONFLICT);
	cr_assert_eq(put_back("earlier", "--fact", fact), 0, "%s", p.err);
	go_on_with("earlier");
	add("y", code);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", folder, "--state", f.state);
	cr_expect_eq(p.status, ERR_CONFLICT);
	cr_expect(program_said(&p, "another journal"));
}

/* -- erasure ----------------------------------------------------------------------------------- */

static void erase(void)
{
	struct link *fg = flow_link(&f, "fg@zvh");

	close_case(c.noor, c.code);
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"op verzoek\"}", c.code);
	link_close(fg);
}

/* Nothing of the case to anybody, whatever the state still holds. */
static void nothing_shows(const char *code)
{
	BRUG(&f, &p, "noor@wijk", NULL, "plan", c.code);
	cr_expect_not(program_said(&p, "geheim"), "%s", p.out);
	cr_expect_eq(p.status, ERR_NOTFOUND, "%s%s", p.out, p.err);
	cr_expect_eq(flow_try(c.noor, "case.show", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_NOTFOUND);
	cr_expect_eq(flow_try(c.mila, "item.show", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, code),
		     ERR_NOTFOUND);
}

Test(backup, of_an_erased_case_nothing_comes_back_with_the_keys_of_now)
{
	char code[16], live[128], fact[24];

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	add("geheim", code);
	back_up();
	snprintf(fact, sizeof(fact), "%lld", (long long)facts());
	erase();
	snprintf(live, sizeof(live), "%s/keys.mdb", f.state);
	cr_assert_eq(put_back("live-keys", "--keys", live), 0, "%s", p.err);
	flow_clock(&f, day); /* the newest copy counts */
	back_up();
	cr_assert_eq(put_back("newest-keys", "--fact", fact), 0, "%s", p.err);
	go_on_with("live-keys");
	nothing_shows(code);
	go_on_with("newest-keys");
	nothing_shows(code);
}

Test(backup, copies_of_the_keys_end_after_thirty_days_and_with_them_what_was_erased)
{
	char code[16], last[256];

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	add("geheim", code);
	back_up();
	erase();
	cr_assert_eq(put_back("within", NULL, NULL), 0, "%s", p.err);
	flow_clock(&f, 31 * day);
	back_up();
	cr_expect(program_said(&p, "older than 30 days destroyed: 1"));
	cr_expect_eq(files_in("keys", last), 1);
	go_on_with("within");
	cr_expect(says(code, "geheim"), "that is what the keys' term means");
}
