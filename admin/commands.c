/* The table of commands. */
#include "admin.h"

#include <string.h>

#define OWN(n, t, h)                                                                               \
	{                                                                                          \
		.name = n, .type = t, .help = h                                                    \
	}
#define OWN_END                                                                                    \
	{                                                                                          \
		.name = NULL                                                                       \
	}
#define STATE OWN("state", T_LINE, N_("the server's state folder; otherwise /var/lib/brug"))
#define DRY_RUN OWN("dry_run", T_BOOL, N_("check everything, change nothing"))

static const struct field init_own[] = {
	STATE,
	OWN("server", T_LINE, N_("the name or address under which the server will be reached")),
	OWN("port", T_INT, N_("the port it will listen on; otherwise 7450")),
	OWN("agency", T_NAME, N_("the short name of the first agency; otherwise huis")),
	OWN("agency_name", T_LINE, N_("its full name")),
	OWN("admin", T_PERSON, N_("the first admin's handle; otherwise beheer@AGENCY")),
	OWN("yes", T_BOOL, N_("ask nothing: take what is usual for what is not given")),
	OWN_END};
static const struct field state_own[] = {STATE, OWN_END};
static const struct field ca_end_own[] = {
	STATE, OWN("now", T_BOOL, N_("before the devices it signed have renewed")), OWN_END};
static const struct field doctor_own[] = {
	STATE, OWN("metrics", T_LINE, N_("the server's metrics socket; otherwise in the state")),
	OWN("key_copies", T_LINE, N_("the folder where copies of keys.mdb are kept")), OWN_END};
static const struct field backup_own[] = {
	STATE, OWN("folder", T_LINE, N_("the folder of the backup")),
	OWN("keys", T_LINE, N_("the folder for the copies of the keys; otherwise FOLDER/keys")),
	OWN("to", T_LINE, N_("the backup key's certificate; otherwise backup.crt in the state")),
	OWN_END};
static const struct field backup_key_own[] = {
	STATE, OWN("file", T_LINE, N_("the file for the key, away from this machine")), OWN_END};
#define PUTTING_BACK                                                                               \
	OWN("folder", T_LINE, N_("the folder of the backup")),                                     \
		OWN("key", T_LINE, N_("the file with the backup key")),                            \
		OWN("passphrase", T_LINE, N_("the file with that key's passphrase")),              \
		OWN("master", T_LINE, N_("the file with the master key")),                         \
		OWN("keys", T_LINE,                                                                \
		    N_("the folder with the copies of the keys, or a server's keys.mdb")),         \
		OWN("until", T_TIME, N_("as it was at this moment")),                              \
		OWN("fact", T_INT, N_("as it was after this fact"))
static const struct field restore_own[] = {
	OWN("state", T_LINE, N_("the new folder, empty or not there yet; otherwise /var/lib/brug")),
	PUTTING_BACK, OWN_END};
static const struct field backup_verify_own[] = {PUTTING_BACK, OWN_END};
static const struct field user_own[] = {
	OWN("csv", T_LINE, N_("add the people in this file: columns person, name, functions")),
	DRY_RUN, OWN_END};
static const struct field file_own[] = {OWN("file", T_LINE, N_("the file; - is standard input")),
					DRY_RUN, OWN_END};
static const struct field name_own[] = {
	OWN("agreement", T_NAME, N_("which; not needed when there is one")),
	OWN("waiting", T_BOOL, N_("the version that waits for a second person, whole")),
	OWN("version", T_INT, N_("an earlier version that was in force")), OWN_END};
static const struct field verify_own[] = {
	OWN("journal", T_LINE, N_("the folder; otherwise /var/lib/brug/journal")),
	OWN("checkpoints", T_LINE, N_("checkpoints kept elsewhere, in place of those kept here")),
	OWN_END};
static const struct field standing_own[] = {
	STATE, OWN("temp", T_LINE, N_("a folder with room for a second state; otherwise /var/tmp")),
	OWN_END};
static const struct field topic_own[] = {OWN("topic", T_NAMES, N_("the command")), OWN_END};

const struct command commands[] = {
	{"init", "begin", NULL, NULL, go_init,
	 N_("Make a new server here: keys, certificates and word of the first admin."),
	 "brug-admin init --server brug.example.nl", init_own},
	{"renew", "vernieuw", NULL, NULL, go_renew,
	 N_("Make a new certificate for the server, here."), "brug-admin renew", state_own},
	{"ca begin", "ca begin", NULL, NULL, go_ca_begin,
	 N_("Let a new certificate authority take over, first step: both are trusted."),
	 "brug-admin ca begin", state_own},
	{"ca switch", "ca wissel", NULL, NULL, go_ca_switch,
	 N_("Second step: the server shows a certificate of the new authority."),
	 "brug-admin ca switch", state_own},
	{"ca end", "ca einde", NULL, NULL, go_ca_end,
	 N_("Last step: the old authority is no longer trusted, its key is destroyed."),
	 "brug-admin ca end", ca_end_own},
	{"doctor", "dokter", NULL, NULL, go_doctor,
	 N_("Look whether the server is well: files, disk, certificates, clock, journal."),
	 "brug-admin doctor", doctor_own},
	{"backup key", "reservekopie sleutel", NULL, "file", go_backup_key,
	 N_("Make the key that backups are sealed for, once."),
	 "brug-admin backup key /media/usb/brug-backup.key", backup_key_own},
	{"backup verify", "reservekopie toets", NULL, "folder", go_backup_verify,
	 N_("Prove a backup by putting it back in a folder that is removed again."),
	 "brug-admin backup verify /backup/brug --key brug-backup.key --master master.key",
	 backup_verify_own},
	{"backup", "reservekopie", NULL, "folder", go_backup,
	 N_("Keep in a folder what is not kept there yet, sealed, while the server runs."),
	 "brug-admin backup /backup/brug", backup_own},
	{"restore", "zet-terug", NULL, "folder", go_restore,
	 N_("Put a server back from a backup, in a new folder, as it was last or before."),
	 "brug-admin restore /backup/brug --key brug-backup.key --master master.key --until "
	 "2026-11-24T13:00:00Z",
	 restore_own},
	{"agency put", "organisatie zet", "agency.put", "agency", go_change,
	 N_("Add or change an agency."),
	 "brug-admin agency put wijk --name \"Wijkteam Zuid\" --domain sociaal"},
	{"agency list", "organisatie lijst", "agency.list", NULL, go_list,
	 N_("The agencies of the partnership."), "brug-admin agency list"},
	{"user add", "gebruiker voeg-toe", "user.add", "person", go_user_add,
	 N_("Add a person to an agency, or many from a spreadsheet."),
	 "brug-admin user add noor@wijk", user_own},
	{"user list", "gebruiker lijst", "user.list", "agency", go_list,
	 N_("The people of an agency."), "brug-admin user list wijk"},
	{"user stop", "gebruiker stop", "user.stop", "person", go_change,
	 N_("Stop a person: open sessions are cut at once."), "brug-admin user stop noor@wijk"},
	{"user waiting", "gebruiker wacht", "user.waiting", NULL, go_list,
	 N_("Functions that wait for a second person."), "brug-admin user waiting"},
	{"user approve", "gebruiker keur", "user.approve", "person", go_change,
	 N_("Approve a function that another gave, or --refuse it."),
	 "brug-admin user approve fg@zvh"},
	{"code", "code", "code.make", "person", go_code,
	 N_("Make a one-time join code, good for 24 hours."), "brug-admin code noor@wijk"},
	{"device list", "apparaat lijst", "device.list", "person", go_list,
	 N_("A person's devices."), "brug-admin device list noor@wijk"},
	{"device stop", "apparaat stop", "device.stop", "person device", go_change,
	 N_("Stop one device: its open sessions are cut at once."),
	 "brug-admin device stop noor@wijk 1f2e3d4c"},
	{"agreement put", "convenant zet", "agreement.put", "file", go_agreement_put,
	 N_("Put an agreement from a JSON file in force, or a new version of it."),
	 "brug-admin agreement put convenant.json", file_own},
	{"agreement list", "convenant lijst", "agreement.list", NULL, go_list,
	 N_("The agreements of your agency."), "brug-admin agreement list"},
	{"agreement versions", "convenant versies", "agreement.versions", "agreement",
	 go_agreement_versions, N_("Every version of an agreement that was ever in force."),
	 "brug-admin agreement versions pga-delta"},
	{"agreement show", "convenant toon", "agreement.list", "agreement", go_agreement_show,
	 N_("One agreement, with its purposes and ceilings."),
	 "brug-admin agreement show pga-delta", name_own},
	{"rule add", "regel voeg-toe", "rule.add", "rule", go_change,
	 N_("Share data of the agency: who may see what, on which ground."),
	 "brug-admin rule add p1 --category politie --to agency=om --level inhoud --until "
	 "2027-06-01 --ground \"Wpg 16\""},
	{"rule end", "regel stop", "rule.end", "rule", go_change,
	 N_("End a rule; it works at once."), "brug-admin rule end p1"},
	{"whatif rule add", "wat-als regel voeg-toe", "rule.add", "rule", go_whatif,
	 N_("What a rule would do, before it is made: who would see more, and what stays closed."),
	 "brug-admin whatif rule add p1 --category politie --to agency=om --level inhoud --until "
	 "2027-06-01 --ground \"Wpg 16\""},
	{"whatif rule end", "wat-als regel stop", "rule.end", "rule", go_whatif,
	 N_("What ending a rule would do."), "brug-admin whatif rule end p1"},
	{"whatif agreement put", "wat-als convenant zet", "agreement.put", "file",
	 go_whatif_agreement, N_("What an agreement would do, before it is put in force."),
	 "brug-admin whatif agreement put convenant.json", file_own},
	{"agreement waiting", "convenant wacht", "agreement.waiting", NULL, go_list,
	 N_("Versions that wait for a second person, and what they raise."),
	 "brug-admin agreement waiting"},
	{"agreement approve", "convenant keur", "agreement.approve", "agreement version", go_change,
	 N_("Approve a version that another put up, or --refuse it."),
	 "brug-admin agreement approve pga-delta 2"},
	{"rule list", "regel lijst", "rule.list", "agency", go_rule_list,
	 N_("The rules of an agency and the house rules."), "brug-admin rule list pol"},
	{"rule export", "regel uit", "rule.list", "agency", go_rule_export,
	 N_("The rules in force, as commands for rule apply."), "brug-admin rule export > regels"},
	{"rule apply", "regel in", NULL, "file", go_rule_apply,
	 N_("Run a file of rule commands: all of them, or none when one is wrong."),
	 "brug-admin rule apply regels --dry-run", file_own},
	{"emergency list", "nood lijst", "emergency.list", NULL, go_emergencies,
	 N_("Emergency accesses that are to be judged within 72 hours."),
	 "brug-admin emergency list"},
	{"emergency review", "nood beoordeel", "emergency.review", "case emergency verdict",
	 go_change, N_("Judge an emergency access; the reason is asked for."),
	 "brug-admin emergency review J-0417 nood-1a2b3c4d terecht"},
	{"case lead", "casus regie", "lead.appoint", "case person", go_change,
	 N_("Offer a case that nobody leads any more to one of its helpers."),
	 "brug-admin case lead J-0417 zoe@schuldhulp"},
	{"verzoek list", "verzoek lijst", "verzoek.open", NULL, go_list,
	 N_("Requests of people that wait for an answer, and before when; in a closed case it is "
	    "yours: brug verzoek list CASE."),
	 "brug-admin verzoek list"},
	{"case retained", "casus bewaard", "case.retained", NULL, go_retained,
	 N_("Closed cases, and when each is erased."), "brug-admin case retained"},
	{"case erase", "casus vernietig", "case.erase", "case", go_erase,
	 N_("Erase a closed case before its date; nothing of it can be read again."),
	 "brug-admin case erase J-0417"},
	{"log verify", "logboek toets", NULL, "journal", go_log_verify,
	 N_("Check a journal, or a copy of it, without the server: each bit, the chain, and the "
	    "checkpoints kept here."),
	 "brug-admin log verify /backup/journal", verify_own},
	{"state verify", "stand toets", NULL, NULL, go_state_verify,
	 N_("Make the state anew from the journal, of a stopped server or a copy, and compare the "
	    "two byte by byte."),
	 "brug-admin state verify --state /backup/brug", standing_own},
	{"log", "logboek", "log.read", NULL, go_log,
	 N_("Who saw what: all for the privacy officer, his own people for an agency's admin."),
	 "brug-admin log --case J-0417 --since 2026-11-01"},
	{"help", "hulp", NULL, "topic+", go_help, N_("Help for a command."),
	 "brug-admin help user add", topic_own},
	{"version", "versie", NULL, NULL, go_version, N_("The version of this program."),
	 "brug-admin version"},
	{"__complete", "__complete", NULL, "topic+", go_complete, NULL, NULL, topic_own},
	{"__synopsis", "__synopsis", NULL, NULL, go_synopsis, NULL, NULL},
	{NULL, NULL, NULL, NULL, NULL, NULL, NULL}};

struct options command_options(const struct command *c)
{
	const struct method *m = command_method(c);
	struct options o = {.positional = c->positional};
	int n = 0;

	if (c->own)
		o.lists[n++] = c->own;
	if (m)
		o.lists[n] = m->params;
	return o;
}
