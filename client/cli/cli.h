#pragma once
/* The program brug: what its files share. */
#include "lang.h"
#include "program.h"
#include "texts.h"

/* One run of one command. */
struct run {
	const struct command *command;
	struct home home;
	struct link *link;
	struct options options;
	struct fault fault;
	const struct kind *kind; /* add, set: the kind whose fields are options too */
	char case_code[16];      /* the case this is about, or empty */
	char verb[24];           /* state verbs: as it was typed */
	bool wrote;              /* a text was typed for it */
	bool reason;             /* the step wants a reason: it is asked for */
	bool imagined;           /* nothing will be done: no reason is asked for */
	char remark[480];        /* said before a text is asked: who will read it */
	struct slice begin_with; /* what the text begins with, or empty */
	char **words;            /* what was typed after the command's own words */
	int words_n;
};

extern const struct command commands[]; /* words == NULL ends */

/* The parameters that the program fills in itself when they are not given. */
const char *command_filled(const struct command *);

/* main.c: the row for what was typed, verbs and "brug case" alone too. */
const struct command *find_command(struct run *, int argc, char **argv, int *used);
/* The options this command takes; for an item, its kind's fields too. */
void choose_fields(struct run *, int argc, char **argv);

/* complete.c */
enum err go_complete(struct run *);

/* ask.c: connects, fills the case in, asks for texts, sends. */
enum err run_connect(struct run *);
/* Finds out which case is meant, and what row numbers stand for. */
enum err run_place(struct run *, const struct method *);
/* Packs all that was given and asked, calls, and gives the answer. A change is kept as a draft
 * until it is acknowledged. */
enum err run_call(struct run *, struct tree *out);
/* Packs what was given and asked for the command's method. */
enum err run_pack(struct run *, struct buf *out);
/* A question of its own in between: params is a packed map. */
enum err run_ask(struct run *, const char *method, struct slice params, struct tree *out);
/* {case: ...} and, when not NULL, {item: ...} */
void pack_about(const struct run *, const char *item, struct buf *out);

/* place.c: the case in use, and the codes of the list last shown (codes only, never a text). */
void place_case_set(const struct home *, const char *code);
bool place_case(const struct home *, char out[16]);
void place_rows_set(const struct home *, const struct slices *codes);
/* The meeting one is in. */
void place_meeting_set(const struct home *, const char *id);
bool place_meeting(const struct home *, char out[32]);
/* The purposes one works under in this terminal, separated by commas; empty: all of one's own. */
void place_purposes_set(const struct home *, const char *names);
bool place_purposes(const struct home *, char out[256]);
/* The code of row n of the list last shown, "7QK2" or "J-0417/7QK2", or empty. */
enum { ROW_CODE = 32 };
bool place_row(const struct home *, unsigned n, char out[ROW_CODE]);

/* show.c: answers as people read them. */
struct slice item_text(const msgpack_object *item,
		       const char *field); /* of any level he sees; empty when not there */
int64_t item_number(const msgpack_object *item, const char *field);
const msgpack_object *item_field(const msgpack_object *item, const char *field);
bool item_over(const msgpack_object *item); /* in a state that is final */
size_t item_level(const msgpack_object *item);
/* One line that says what an item is: its text, or that there is something. */
void item_line(const msgpack_object *item, struct buf *out);
void item_term(const msgpack_object *item, struct buf *out); /* "! te laat 22 okt", "1 dec" */
void show_date(int64_t ms, char out[24]);
void show_words(const msgpack_object *list, const char *between, struct buf *out);
enum err go_item(struct run *);
void show_item(struct run *, const msgpack_object *answer); /* the answer of item.show */
enum err go_search(struct run *);
enum err go_cases(struct run *);
enum err go_case(struct run *);
enum err go_who(struct run *);
enum err go_why(struct run *);

/* missing.c */
/* Something that must be given was not: says so, with the usage and an example. */
enum err run_whole(struct run *, const struct method *);
void usage_of(const struct command *, const char *verb, struct buf *out);
/* Finds out whether the step wants a reason. */
enum err run_reason(struct run *);

/* A step with an item, by its verb. */
enum err help_verb(const char *verb);
bool is_verb(const char *word);
extern const struct command move_command;

/* plan.c, changes.c */
enum err go_plan(struct run *);
enum err go_changes(struct run *);
/* Tells the server that he has looked at the plan. */
void looked_at_plan(struct run *);

/* reasons.c: what people gave as their reason, beside the thing it was given for */
void print_case_reasons(const msgpack_object *answer);
void print_consent_reasons(const msgpack_object *answer);
void print_restriction(const msgpack_object *answer);

/* rights.c */
enum err go_emergencies(struct run *);
enum err go_verzoeken(struct run *);
enum err go_answered(struct run *);
enum err go_phase(struct run *);
/* What one is told, as a line. */
void notice_line(const msgpack_object *notice, struct buf *out);

/* today.c */
enum err go_today(struct run *);

/* fit.c */
enum err go_fit(struct run *);
enum err go_readings(struct run *);

/* scores.c */
enum err go_score(struct run *);
enum err go_scores(struct run *);

/* signals.c, mirror.c, weigh.c */
enum err go_signals(struct run *);
enum err go_stats(struct run *);
enum err go_mirror(struct run *);
enum err go_circles(struct run *);
enum err go_weigh(struct run *);
/* The steps of a weighing, and what of it is no text: before anything is missing. */
enum err weigh_begin(struct run *);
/* A reason as the server gives it: [English text, argument], in the reader's language. */
void show_reason(const msgpack_object *reason, struct buf *out);

/* silence.c */
enum err go_silence(struct run *);

/* For the person himself. plain.c: a word of the practice as he reads it, or itself when it has no
 * other. One word may be a kind, a field and a level: so it is said what it stands for. */
enum plain {
	PLAIN_KIND = 1,
	PLAIN_STATE,
	PLAIN_CATEGORY,
	PLAIN_ROLE,
	PLAIN_FIELD,
	PLAIN_ASKED, /* what he may ask, and the answers */
	PLAIN_WAY    /* how a helper works */
};
struct slice plain_or(enum plain of, struct slice word);
/* print.c: writes a page where it was asked for, --pdf FILE or HTML on the standard output. */
struct page;
enum err page_out(struct run *, const struct page *);
enum err go_print(struct run *);
enum err go_report(struct run *); /* looked.c */
enum err go_export(struct run *);
enum err go_verzoek_copy(struct run *); /* export.c */
enum err go_voice(struct run *);        /* voice.c */
enum err go_consent(struct run *);      /* agreed.c, and the next two */
enum err go_consents(struct run *);
enum err go_withdraw(struct run *);
enum err go_whatif(struct run *);

/* effect.c, emergency.c, told.c */
enum err go_share(struct run *);
enum err go_emergency(struct run *);
enum err go_told(struct run *);
/* recorded.c: agencies: of agency.list; of_case: the answer of case.show. */
enum err consent_sound(struct run *, const msgpack_object *agencies, const msgpack_object *of_case);

/* write.c */
enum err go_write(struct run *); /* any change: says what was kept */
enum err go_add(struct run *);
enum err go_set(struct run *);
enum err go_move(struct run *);
enum err go_case_new(struct run *);
/* "Kept. J-0417 · 7QK2 · rev 2" */
/* What the server wants him to think over beside it. */
void say_warned(const msgpack_object *answer);
void say_kept(struct run *, const msgpack_object *answer);

/* Says so, with the kind that was perhaps meant. ERR_USAGE. */
enum err kind_unknown(struct run *);

/* drafts.c */
enum err go_drafts(struct run *);

/* regie.c */
enum err go_table_new(struct run *);
enum err go_tables(struct run *);
enum err go_knelpunten(struct run *);
enum err go_knelpunt_step(struct run *);
enum err go_knelpunt_draft(struct run *);
enum err go_knelpunt_sort(struct run *);

/* learn.c */
enum err go_shelf(struct run *);
enum err go_lessons(struct run *);
enum err go_lesson_mark(struct run *);
enum err go_lesson_publish(struct run *);
/* outbox.c: messages and new items written while the server was away. */
/* True: it goes by itself later, and that was said. */
bool outbox_keep(struct run *, const char *draft);
/* Sends what waits, oldest first, over the link that is there; says what happened. */
void outbox_send(struct run *);

/* talk.c: messages */
enum err go_thread(struct run *);
enum err go_say(struct run *);
enum err go_answer(struct run *);
enum err go_inbox(struct run *);
enum err go_unread(struct run *);
enum err go_promote(struct run *);
/* What these commands take beside their method's parameters, or NULL. */
const struct field *talk_fields(const struct command *);
/* The option holds an item, a message or a row number where a thread may stand too. */
bool talk_names_item(const struct value *);
/* say, answer, thread: "J-0417 schulden" names the case first. */
const char *talk_places(const struct command *, const char *first);
/* What a thread is called: "schulden > deurwaarder", or the line of its item. */
void thread_title(const msgpack_object *item, struct buf *out);
/* "9 people of 5 agencies read this, and the person himself." and on a second line the domains. */
void audience_text(const msgpack_object *audience, struct buf *out);
/* write.c: the same, said before a text is asked. */
void keep_audience(struct run *, const msgpack_object *audience);

/* attach.c */
enum err go_attach(struct run *);
enum err go_attachments(struct run *);
enum err go_fetch(struct run *);
enum err go_detach(struct run *);

/* watch.c */
enum err go_watch(struct run *);

/* local.c: what needs no case */
enum err go_join(struct run *);
enum err go_renew(struct run *);
enum err go_use(struct run *);
enum err go_version(struct run *);

/* meet.c, agenda.c: a meeting, its agenda, and who is there. The point that is meant is the one
 * that runs, unless one is named. */
bool meet_finds_place(const struct command *);
enum err meet_place(struct run *);
/* "13:00" of today or "2026-11-06T13:00" as the wire has it; other texts are left alone. */
void meet_times(struct options *);
void meet_clock(int64_t ms, char out[8]); /* "13:00" */
enum err go_meet_list(struct run *);
enum err go_meet_new(struct run *);
enum err go_meet_add(struct run *);
enum err go_meet_move(struct run *);
enum err go_meet_show(struct run *);
enum err go_meet_start(struct run *);
enum err go_meet_next(struct run *);
enum err go_meet_end(struct run *);
enum err go_meet_present(struct run *);
enum err go_meet_leave(struct run *);
enum err go_meet_write(struct run *);
enum err go_lay(struct run *);
/* The point of his that runs now. */
struct meet_point {
	char case_code[16], code[16];
	long long n, of;
	int64_t from, until;
};
enum err meet_running(struct run *, struct meet_point *out);
/* Begins the next point of his, saying nothing. */
enum err meet_open_next(struct run *);
/* minutes.c, wall.c, calendar.c */
enum err go_ics(struct run *);
enum err go_minutes(struct run *);
enum err go_board(struct run *);

/* topics.c: "levels", "rollen"; false: no such topic. */
bool help_topic(const char *word);

/* explain.c, help.c */
enum err go_explain(struct run *);
enum err go_help(struct run *);
enum err go_synopsis(struct run *);
enum err go_protocol(struct run *);
