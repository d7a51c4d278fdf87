/* The table of commands. */
#include "cli.h"

#include <string.h>

static const struct field page_own[] = {
	{.name = "pdf", .type = T_LINE, .max = 1000, .help = N_("write it as PDF into this file")},
	{.name = NULL}};
static const struct field print_own[] = {
	{.name = "pdf", .type = T_LINE, .max = 1000, .help = N_("write it as PDF into this file")},
	{.name = "for", .type = T_NAME, .help = N_("for whom: client")},
	{.name = NULL}};

static const struct field use_own[] = {
	{.name = "purposes",
	 .type = T_LINE,
	 .max = 200,
	 .help = N_("see and do only what these allow, until you choose again; all: all of yours")},
	{.name = NULL}};

const struct command commands[] = {
	{"join", "meld-aan", NULL, "server code", go_join,
	 N_("Become known on this device, with the code you were given."),
	 "brug join kluis.example:7450"},
	{"today", "vandaag", "today", NULL, go_today, N_("What wants me today. Also: brug alone."),
	 "brug"},
	{"plan", "plan", "case.plan", "case", go_plan,
	 N_("The shared plan, as far as you may know it."), "brug plan J-0417"},
	{"show", "toon", "item.show", "item", go_item, N_("One item, with its history."),
	 "brug show 7QK2"},
	{"add", "voeg-toe", "item.add", "kind", go_add,
	 N_("Add an item: doel, actie, afspraak, feit ... (brug explain)."),
	 "brug add actie --uitvoerder zoe@schuldhulp --termijn 2026-12-01"},
	{"set", "wijzig", "item.set", "item", go_set, N_("Change fields of an item."),
	 "brug set 7QK2 --termijn 2026-12-08"},
	{"watch", "volg", "case.watch", "case", go_watch, N_("See each change as it comes."),
	 "brug watch J-0417"},
	{"who", "wie", "item.who", "item", go_who, N_("Who sees an item, how much and why."),
	 "brug who 7QK2"},
	{"why", "waarom", "item.why", "item", go_why, N_("Why you see this much of an item."),
	 "brug why 7QK2"},
	{"narrow", "versmal", "item.narrow", "item to level", go_share,
	 N_("Show an item of your agency less to some."), "brug narrow 7QK2 domain=zorg geen"},
	{"widen", "verruim", "item.widen", "item to level", go_share,
	 N_("Show an item of your agency more to somebody, for a time."),
	 "brug widen 7QK2 youssef@jw signaal --until 2027-01-01"},
	{"emergency list", "nood lijst", "emergency.list", NULL, go_emergencies,
	 N_("Emergency accesses that are to be looked at."), "brug emergency list"},
	{"emergency", "nood", "emergency.open", "item code", go_emergency,
	 N_("Emergency access to one item, for an hour; it is told at once. The code of an item "
	    "you do "
	    "not see is told you by who does: the casusregisseur, or the agency it belongs to."),
	 "brug emergency J-0417/7QK2 acute_onveiligheid"},
	{"case new", "casus nieuw", "case.new", NULL, go_case_new, N_("Open a case."),
	 "brug case new --agreement zvh --purposes d1"},
	{"case list", "casus lijst", "case.list", NULL, go_cases, N_("Your cases."),
	 "brug case list"},
	{"case show", "casus toon", "case.show", "case", go_case,
	 N_("A case: its phase and who takes part."), "brug case show J-0417"},
	{"phase", "fase", "case.phase", "phase", go_phase, N_("Bring the case to another phase."),
	 "brug phase triage"},
	{"invite", "nodig-uit", "member.invite", "person role", go_write,
	 N_("Invite somebody to take part."),
	 "brug invite zoe@schuldhulp helper --leefgebieden schulden --purposes perspectief"},
	{"whatif invite", "wat-als nodig-uit", "member.invite", "person role", go_whatif,
	 N_("What somebody would see if he took part; nobody is invited."),
	 "brug whatif invite zoe@schuldhulp helper --leefgebieden schulden --purposes d1"},
	{"whatif end", "wat-als beeindig", "member.end", "person", go_whatif,
	 N_("What would be seen no more if somebody's part ended."),
	 "brug whatif end zoe@schuldhulp"},
	{"whatif block", "wat-als blokkeer", "member.block", "person", go_whatif,
	 N_("What would be seen no more if somebody were barred."), "brug whatif block eva@pol"},
	{"whatif phase", "wat-als fase", "case.phase", "phase", go_whatif,
	 N_("Who would see more or less in another phase of the case."),
	 "brug whatif phase nazorg"},
	{"accept", "aanvaard", "member.accept", "case", go_write, N_("Accept an invitation."),
	 "brug accept J-0417"},
	{"decline", "wijs-af", "member.decline", "case", go_write,
	 N_("Decline an invitation, with the reason."), "brug decline J-0417"},
	{"end", "beeindig", "member.end", "person", go_write,
	 N_("End somebody's part in the case."), "brug end zoe@schuldhulp"},
	{"block", "blokkeer", "member.block", "person", go_write,
	 N_("Bar somebody from the case for a personal reason."), "brug block eva@pol"},
	{"mandate", "mandaat", "mandate.give", "person categories", go_write,
	 N_("The person lets a supporter speak for him."), "brug mandate sanne@co plan,sociaal"},
	{"consent give", "toestemming geef", "consent.give", "category", go_consent,
	 N_("Record the person's consent."),
	 "brug consent give gezondheid --agency ggz --to wijk --purposes perspectief"},
	{"consent withdraw", "toestemming trek-in", "consent.withdraw", "consent", go_withdraw,
	 N_("Record that the person withdraws a consent; it works at once."),
	 "brug consent withdraw t-1a2b3c"},
	{"consent list", "toestemming lijst", "consent.list", "case", go_consents,
	 N_("The consents you may know of."), "brug consent list"},
	{"search", "zoek", "search", NULL, go_search,
	 N_("Search in all you may see; it asks for the words."), "brug search"},
	{"object", "klopt-niet", "item.object", "item", go_write,
	 N_("The person: this is not right. It stays beside the item."), "brug object J-0417/7QK2"},
	{"restrict", "beperk", "item.restrict", "item", go_write,
	 N_("Restrict the use of an item of your agency (AVG 18), or --end it."),
	 "brug restrict J-0417/7QK2"},
	{"verzoek ask", "verzoek vraag", "verzoek.ask", "what item", go_write,
	 N_("The person asks for what the law gives him; an answer is due within a month."),
	 "brug verzoek ask rectificatie J-0417/7QK2"},
	{"verzoek answer", "verzoek antwoord", "verzoek.answer", "verzoek verdict", go_answered,
	 N_("Answer a request of the person."), "brug verzoek answer v-1a2b3c toegewezen"},
	{"verzoek copy", "verzoek kopie", "verzoek.copy", "verzoek", go_verzoek_copy,
	 N_("A privacy officer: for a request in a closed case, all that is held on the person."),
	 "brug verzoek copy v-1a2b3c --case J-0417 --pdf gegevens.pdf", page_own},
	{"verzoek list", "verzoek lijst", "verzoek.list", "case", go_verzoeken,
	 N_("The person's requests, and when an answer is due."), "brug verzoek list"},
	{"report", "wie-keek", "case.report", "case", go_report,
	 N_("The person: who looked, and why that was allowed; --html or --pdf FILE on paper."),
	 "brug report --pdf wie-keek.pdf", page_own},
	{"export", "gegevens-mee", "case.export", "case", go_export,
	 N_("The person: everything held on him, as a page (--html, --pdf FILE) or as JSON."),
	 "brug export --html > mijn-gegevens.html", page_own},
	{"told", "gelezen", "notice.done", "notice", go_told,
	 N_("Read and put away what you were told of; without a name, all."), "brug told"},
	/* -- talk: messages */
	{"say", "zeg", "message.say", "thread", go_say,
	 N_("Write a message about an item, on an area of life, or to one person; you see first "
	    "who "
	    "reads it. @handle in it names somebody."),
	 "brug say J-0417 schulden"},
	{"answer", "antwoord", "message.say", "thread", go_answer,
	 N_("Answer a message: its code, or its number in the thread last shown."),
	 "brug answer 3"},
	{"thread", "draad", "item.thread", "thread", go_thread,
	 N_("The messages about an item, on an area of life, or with one person."),
	 "brug thread J-0417 schulden"},
	{"inbox", "postvak", "inbox", NULL, go_inbox,
	 N_("Threads of all your cases, newest first: unread, where you are named, what is asked "
	    "of "
	    "you."),
	 "brug inbox --unread"},
	{"promote", "maak-er", "item.add", "item kind", go_promote,
	 N_("Make an item of the plan from a message: its text is there to begin with."),
	 "brug promote 3 actie --termijn 2026-12-01"},
	{"unread", "ongelezen", "thread.read", "item", go_unread,
	 N_("Let the last message about an item be unread again."), "brug unread 7QK2"},
	{"attach", "bijlage", "attach.list", "item file", go_attach,
	 N_("Hang a file on an item or a message: at most 10 MiB, sealed; one that broke off goes "
	    "on."),
	 "brug attach 7QK2 brief.pdf"},
	{"attachments", "bijlagen", "attach.list", "item", go_attachments,
	 N_("What hangs on an item."), "brug attachments 7QK2"},
	{"fetch", "haal-op", "attach.list", "item number", go_fetch,
	 N_("One attachment of an item, to standard output; without a number its only one."),
	 "brug fetch 7QK2 1 > brief.pdf"},
	{"detach", "maak-los", "attach.list", "item number", go_detach,
	 N_("Take an attachment of your own away."), "brug detach 7QK2 1"},
	/* -- meet: meetings */
	{"meet new", "overleg nieuw", "meeting.new", "from until", go_meet_new,
	 N_("Plan a meeting; you run it, unless you name a chair and a secretary."),
	 "brug meet new 13:00 16:00"},
	{"meet add", "overleg punt", "meeting.add", "case from until", go_meet_add,
	 N_("Put a case on the agenda: when, what for, and who is invited."),
	 "brug meet add J-0417 13:00 13:30 --invite zoe@schuldhulp,ed@recl"},
	{"meet move", "overleg verzet", "meeting.move", "item from until", go_meet_move,
	 N_("Give a point of the agenda another time; who is invited is told."),
	 "brug meet move J-0417/7QK2 14:00 14:30"},
	{"meet show", "overleg toon", "meeting.show", "meeting", go_meet_show,
	 N_("The agenda: your points whole, of others only that the time is taken."),
	 "brug meet show"},
	{"meet start", "overleg begin", "meeting.open", "case", go_meet_start,
	 N_("Begin: the next point of the agenda; or a meeting about one case alone."),
	 "brug meet start J-0417"},
	{"meet next", "overleg volgend", "meeting.close", NULL, go_meet_next,
	 N_("End the point that runs, and begin the next."), "brug meet next"},
	{"meet end", "overleg einde", "meeting.end", "meeting", go_meet_end,
	 N_("End the point that runs, and the meeting."), "brug meet end"},
	{"meet present", "overleg aanwezig", "meeting.present", "person", go_meet_present,
	 N_("Somebody comes in; without a name, you. The board is cut anew."),
	 "brug meet present daan@pol"},
	{"meet leave", "overleg weg", "meeting.present", "person", go_meet_leave,
	 N_("Somebody leaves; without a name, you."), "brug meet leave daan@pol"},
	{"meet decide", "overleg besluit", "meeting.decide", "follows", go_meet_write,
	 N_("Write down a decision, with the action or bottleneck that follows from it."),
	 "brug meet decide actie --doer zoe@schuldhulp --before 2026-11-27"},
	{"meet board", "overleg bord", "board.watch", NULL, go_board,
	 N_("The board for the projector: only what everybody present may see. With --lines, or "
	    "no terminal: in lines."),
	 "brug meet board"},
	{"meet lay", "overleg leg-op-tafel", "item.widen", "item to level", go_lay,
	 N_("Lay an item of your agency on the table for somebody, until its time on the agenda "
	    "ends."),
	 "brug meet lay 7QK2 sam@zvh signaal"},
	{"meet minutes", "overleg verslag", "meeting.minutes", "item", go_minutes,
	 N_("The minutes of a point, as far as they are yours to read."), "brug meet minutes"},
	{"meet approve", "overleg stel-vast", "meeting.approve", "item", go_meet_write,
	 N_("Approve the minutes: what was said and decided stays as it is."), "brug meet approve"},
	{"meet ics", "overleg agenda", "meeting.list", NULL, go_ics,
	 N_("Your points as a calendar file: codes and times, no names."),
	 "brug meet ics > overleg.ics"},
	{"meet list", "overleg", "meeting.list", NULL, go_meet_list,
	 N_("Your meetings. Also: brug meet alone."), "brug meet"},
	/* -- regie: procesregie */
	{"table new", "tafel nieuw", "table.new", NULL, go_table_new,
	 N_("Make a table: a room without a person in it, for rules or for learning."),
	 "brug table new --sort proces --agreement zvh --purposes d1"},
	{"table list", "tafel lijst", "table.list", NULL, go_tables,
	 N_("The tables you sit at or are invited to."), "brug table list"},
	{"table show", "tafel toon", "case.show", "case", go_case,
	 N_("Who sits at a table; what lies on it: brug plan."), "brug table show TP-0417"},
	{"table close", "tafel sluit", "table.close", "case", go_write,
	 N_("Close a table you chair: nobody reads it any more, and it is erased after its term."),
	 "brug table close TP-0417"},
	{"knelpunt list", "knelpunt lijst", "knelpunt.list", NULL, go_knelpunten,
	 N_("What blocks co-operation: at your tables and in the cases you lead."),
	 "brug knelpunt"},
	{"knelpunt show", "knelpunt toon", "item.show", "item", go_item,
	 N_("One bottleneck, with its history."), "brug knelpunt show 1"},
	{"knelpunt sort", "knelpunt weeg", "item.set", "item", go_knelpunt_sort,
	 N_("Three questions: is it for casusregie or for procesregie? You decide."),
	 "brug knelpunt sort J-0417/7QK2"},
	{"knelpunt take", "knelpunt neem", "item.move", "item", go_knelpunt_step,
	 N_("Take a bottleneck up: it lies with you."), "brug knelpunt take 1"},
	{"knelpunt ask", "knelpunt vraag", "knelpunt.ask", "item person", go_write,
	 N_("Lay a bottleneck with somebody; he is told."), "brug knelpunt ask 1 wim@wi"},
	{"knelpunt back", "knelpunt terug", "item.move", "item", go_knelpunt_step,
	 N_("Give a bottleneck back, with the reason; from a table, to its cases."),
	 "brug knelpunt back 1"},
	{"knelpunt accept", "knelpunt accepteer", "item.move", "item", go_knelpunt_step,
	 N_("Accept a bottleneck as it is, with the reason."), "brug knelpunt accept 1"},
	{"knelpunt solved", "knelpunt opgelost", "knelpunt.solve", "item", go_write,
	 N_("Solved, with the measure: what is done differently from now on."),
	 "brug knelpunt solved 1"},
	{"knelpunt text", "knelpunt tekst", "knelpunt.text", "item checker", go_write,
	 N_("Write what blocks for a table, with nobody in it; a second person checks it."),
	 "brug knelpunt text 1 wim@wi"},
	{"knelpunt read", "knelpunt lees", "knelpunt.draft", "item", go_knelpunt_draft,
	 N_("Read a text that waits for your check."), "brug knelpunt read 1"},
	{"knelpunt check", "knelpunt toets", "knelpunt.check", "item verdict", go_write,
	 N_("Say that nobody is in such a text: goed or terug."), "brug knelpunt check 1 goed"},
	/* -- learn: learning */
	{"share", "deel", "item.share", "item person", go_write,
	 N_("Show what you learn to somebody by name, or --end that."),
	 "brug share 7QK2 zoe@schuldhulp"},
	{"lesson check", "les toets", "lesson.check", "item verdict", go_write,
	 N_("Say of another's lesson that nobody is in it: goed or terug."),
	 "brug lesson check 7QK2 goed"},
	{"lesson publish", "les publiceer", "lesson.publish", "item table", go_lesson_publish,
	 N_("Put a checked lesson on the shelf of a table; on a full one --replaces another."),
	 "brug lesson publish 7QK2 TP-0417"},
	{"lesson mark", "les probeer", "lesson.mark", "item result", go_lesson_mark,
	 N_("Say how a lesson did in this case: hielp, hielp_niet, andere_context."),
	 "brug lesson mark TP-0417/7QK2 hielp"},
	{"lessons", "lessen", "lesson.list", NULL, go_lessons,
	 N_("Lessons that fit, from the shelves of your tables."),
	 "brug lessons --leefgebied wonen"},
	{"shelf", "plank", "shelf.show", "table", go_shelf, N_("The lessons on a table's shelf."),
	 "brug shelf TP-0417"},
	/* -- plan: the plan as people work with it */
	{"changes", "nieuw", "plan.changes", "case", go_changes,
	 N_("What others changed since you last looked."), "brug changes J-0417"},
	{"silence", "stil", "case.silence", "case", go_silence,
	 N_("Regiebord: who is silent, has not read the plan, or was not near the person."),
	 "brug silence J-0417"},
	{"lead delegate", "regie vervang", "lead.delegate", "person", go_write,
	 N_("Let a helper stand in as casusregisseur until a date, or --end it."),
	 "brug lead delegate zoe@schuldhulp --until 2026-12-24"},
	{"lead offer", "regie bied-aan", "lead.offer", "person", go_write,
	 N_("Offer to hand the case over; you lead it until it is accepted."),
	 "brug lead offer zoe@schuldhulp --leefgebieden schulden"},
	{"lead accept", "regie aanvaard", "lead.accept", "case", go_write,
	 N_("Take over a case that was offered to you."), "brug lead accept J-0417"},
	{"lead decline", "regie wijs-af", "lead.decline", "case", go_write,
	 N_("Leave a case that was offered to you with who leads it."), "brug lead decline J-0417"},
	{"fit", "past-het", "case.fit", "case", go_fit,
	 N_("SLIM: how the person sees it beside each helper's strategy; questions, no marks."),
	 "brug fit J-0417"},
	{"score", "cijfer", "item.add", "leefgebieden cijfer", go_score,
	 N_("How it goes on one area of life, 1 to 5, as you see it; --own: as he sees it."),
	 "brug score werk 2 --own"},
	{"scores", "cijfers-naast-elkaar", "case.scores", "case", go_scores,
	 N_("His own numbers per area of life beside those of professionals; no mean, no total."),
	 "brug scores J-0417"},
	{"readings", "duidingen", "case.readings", "case", go_readings,
	 N_("Facts, and the readings of them side by side."), "brug readings J-0417"},
	{"signals", "signalen", "case.signals", "case", go_signals,
	 N_("Signals over the weeks, and spoken with him against spoken about him."),
	 "brug signals J-0417 --weeks 8"},
	{"stats", "cijfers", "stats", NULL, go_stats,
	 N_("Indicators of your agency, or of an agreement, without names: <5 below five."),
	 "brug stats --since 2026-07-01"},
	{"mirror", "spiegel", "case.mirror", "case", go_mirror,
	 N_("The five mechanisms: which is thin in this case, and what is missing."),
	 "brug mirror J-0417"},
	{"circles", "kringen", "case.circles", "case", go_circles,
	 N_("Where people wait for each other in a ring, and what you wait for."),
	 "brug circles J-0417"},
	{"weigh", "weeg-af", "item.add", NULL, go_weigh,
	 N_("A reasoned exception to a rule: the goal first, then the rule, three corners, who "
	    "decides."),
	 "brug weigh --maakt-mogelijk 7QK2"},
	{"undo", "ongedaan", "item.undo", "item", go_write,
	 N_("Take back your own last act, or that on an item."), "brug undo"},
	/* -- person: for the person himself */
	{"print", "druk-af", "case.page", "case", go_print,
	 N_("The person's plan on paper, in plain words: HTML, or --pdf FILE."),
	 "brug print J-0417 --for client --pdf mijn-plan.pdf", print_own},
	{"voice", "stem", "item.add", NULL, go_voice,
	 N_("The person: how a conversation was, in three questions and his words; --soort wens: a "
	    "wish."),
	 "brug voice --over 7QK2"},
	{"explain", "leg-uit", NULL, "kind", go_explain,
	 N_("What a kind is: its fields, states and verbs."), "brug explain actie"},
	{"use", "kies", NULL, "case", go_use,
	 N_("Work in this case from now on; with --purposes for some of your purposes only."),
	 "brug use J-0417 --purposes d1", use_own},
	{"drafts", "concepten", NULL, "what name", go_drafts,
	 N_("What was typed and not yet kept: list, show, send, again or drop NAME. again: on the "
	    "revision that is there now."),
	 "brug drafts send 3fa2c1"},
	{"renew", "vernieuw", NULL, NULL, go_renew,
	 N_("Replace this device's key now; it also happens by itself."), "brug renew"},
	{"help", "hulp", NULL, "topic+", go_help, N_("Help for a command, or: brug help exit."),
	 "brug help add"},
	{"version", "versie", NULL, NULL, go_version,
	 N_("The version of this program and of the server."), "brug version"},
	{"__complete", "__complete", NULL, "topic+", go_complete, NULL, NULL},
	{"__synopsis", "__synopsis", NULL, NULL, go_synopsis, NULL, NULL},
	{"__protocol", "__protocol", NULL, NULL, go_protocol, NULL, NULL},
	{NULL, NULL, NULL, NULL, NULL, NULL, NULL}};

/* How many of argv's words the row's words take, 0: none of them. */
static int matches(const char *words, int argc, char **argv)
{
	int n = 0;

	while (*words) {
		size_t len = strcspn(words, " ");

		if (n == argc || strlen(argv[n]) != len || strncmp(argv[n], words, len) != 0)
			return 0;
		n++;
		words += len + (words[len] == ' ');
	}
	return n;
}

const struct command *command_find(int argc, char **argv, int *used)
{
	for (const struct command *c = commands; c->words; c++) {
		*used = matches(c->words, argc, argv);
		if (!*used)
			*used = matches(c->alias, argc, argv);
		if (*used)
			return c;
	}
	*used = 0;
	return NULL;
}

const char *command_filled(const struct command *c)
{
	if (c->go == go_lay)
		return "case from until";
	if (!strncmp(c->words, "meet ", 5))
		return c->go == go_meet_add ? "case meeting" : "case meeting item";
	return "case rev verb fields table";
}

const struct method *command_method(const struct command *c)
{
	return c->method ? vocab_method(&brug_vocab, slice_of(c->method)) : NULL;
}
