#pragma once
/* The program brug-admin: what its files share. */
#include "lang.h"
#include "program.h"
#include "table.h"

/* One run of one command. */
struct run {
	const struct command *command;
	struct home home;
	struct link *link;
	struct options options;
	struct fault fault;
	struct arena arena;
};

extern const struct command commands[]; /* words == NULL ends */

/* Options as this command takes them, nothing given yet. */
struct options command_options(const struct command *);
void run_free(struct run *);

/* evidence.c */
void evidence_keep(struct run *); /* a checkpoint of the server's log, on this device */
enum err go_log_verify(struct run *);
enum err go_state_verify(struct run *);

/* agreement.c */
enum err go_whatif(struct run *);
enum err go_whatif_agreement(struct run *);

/* call.c */
enum err run_connect(struct run *);
/* What was given, packed for the command's method, with a request id when it writes; texts of
 * people are asked for. */
enum err run_pack(struct run *, struct buf *out);
/* Says what the vocabulary has against these parameters, before they are sent. */
enum err run_check(struct run *, const char *method, struct slice params);
enum err run_send(struct run *, const char *method, struct slice params, struct tree *out);
/* Packs, sends, gives the answer. */
enum err run_call(struct run *, struct tree *out);
/* The value of an option of this program, on the arena, or otherwise. */
const char *run_text(struct run *, const char *name, const char *otherwise);
/* The bytes of a file, or of standard input for "-", of the arena. */
enum err run_file(struct run *, const char *path, struct slice *out);

/* show.c: answers as people read them, or as JSON when that was asked for. */
enum err go_change(struct run *); /* any change: says what was done */
enum err go_list(struct run *);   /* any list: a table */
struct column {
	const char *key, *head; /* head is a msgid */
	bool wide;
};
void show_list(struct run *, const msgpack_object *list, const struct column *, size_t columns);
/* One cell: texts and lists as they are, moments as a date, yes as x. */
struct slice show_cell(struct arena *, const char *key, const msgpack_object *);
struct slice show_time(struct arena *, int64_t ms); /* "2026-11-24 14:05", empty for 0 */

enum err go_emergencies(struct run *);
enum err go_retained(struct run *);

/* erase.c */
enum err go_erase(struct run *);

/* people.c */
enum err go_user_add(struct run *);
enum err go_code(struct run *);

/* agreement.c */
enum err go_agreement_put(struct run *);
enum err go_agreement_show(struct run *);
enum err go_agreement_versions(struct run *);

/* rules.c */
enum err go_rule_list(struct run *);
enum err go_rule_export(struct run *);
enum err go_rule_apply(struct run *);

/* log.c */
enum err go_log(struct run *);

/* init.c */
enum err go_init(struct run *);
enum err go_renew(struct run *);
enum err go_ca_begin(struct run *);
enum err go_ca_switch(struct run *);
enum err go_ca_end(struct run *);

/* backup.c, restore.c */
enum err go_backup(struct run *);
enum err go_backup_key(struct run *);
enum err go_backup_verify(struct run *);
enum err go_restore(struct run *);

/* checkup.c */
enum err go_doctor(struct run *);

/* help.c */
enum err go_help(struct run *);
enum err go_version(struct run *);
enum err go_complete(struct run *);
enum err go_synopsis(struct run *);
enum err help_unknown(struct run *, int argc, char **argv);
void help_command(const struct command *);
