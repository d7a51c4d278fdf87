/* The closed lists of words. Practice's words are Dutch; docs/glossary.md explains each once. */
#include "words.h"

#include "vocab.h"

#include <stddef.h>

const char *const vocab_areas[] = {
	"inkomen", "schulden",  "werk",        "opleiding",  "tijdsbesteding", "wonen", "relaties",
	"netwerk", "psychisch", "lichamelijk", "verslaving", "justitie",       NULL};
const char *const vocab_domains[] = {"sociaal", "zorg",   "veiligheid", "onderwijs",
				     "wonen",   "client", "verband",    NULL};
const char *const vocab_categories[] = {"plan",       "proces",  "planzorg", "gezondheid",
					"politie",    "sociaal", "derden",   "duiding",
					"strafrecht", "zelf",    "leren",    NULL};
const char *const vocab_roles[] = {"casusregisseur",
				   "procesregisseur",
				   "informatiecoordinator",
				   "helper",
				   "gast",
				   "betrokkene",
				   "ondersteuner",
				   "voorzitter",
				   "lid",
				   NULL};
const char *const vocab_functions[] = {
	"agency-admin", "partnership-admin", "privacy-officer", "procesregisseur",
	"secretary",    "behandelaar",       "operator",        NULL};
const char *const vocab_phases[] = {"aangemeld",    "triage",   "afgewezen",
				    "doorverwezen", "actief",   "afschaling",
				    "nazorg",       "gesloten", NULL};
const char *const vocab_strategies[] = {"kansen",    "competenties", "bij_de_hand",
					"cocreeren", "begrenzen",    NULL};
const char *const vocab_emergencies[] = {"acute_onveiligheid", "vermissing",     "suicidaliteit",
					 "huiselijk_geweld",   "kind_in_gevaar", NULL};

const char *const words_langs[] = {"nl", "en", NULL};
const char *const words_levels[] = {"geen", "bestaan", "signaal", "kern", "inhoud", NULL};
const char *const words_regimes[] = {"WGS", "convenant", NULL};
const char *const words_hardness[] = {"feit", "zacht", NULL};
const char *const words_frames[] = {"rechtmatig", "doelmatig", "rechtmatig_binnen_doelmatig", NULL};
const char *const words_sayings[] = {"geef_me_een_kans", "ik_kan_het_nog_niet",
				     "het_is_teveel",    "ik_wil_anders",
				     "onbekend",         NULL};
const char *const words_positions[] = {"uitgesloten", "ingesloten", "opgesloten",
				       "afgesloten",  "onbekend",   NULL};
const char *const words_messages[] = {"voortgang", "vraag",      "antwoord", "besluit",
				      "client",    "opschaling", NULL};
const char *const words_bottlenecks[] = {"criteria",   "procedure",  "doel",       "aanpak",
					 "capaciteit", "informatie", "bejegening", NULL};
const char *const words_direction[] = {"casusregie", "procesregie", "onbekend", NULL};
const char *const words_reviews[] = {"terecht", "onterecht", NULL};
const char *const words_verzoeken[] = {"inzage", "rectificatie", "beperking", "bezwaar",
				       "wissen", "gegevens_mee", NULL};
const char *const words_answers[] = {"toegewezen", "deels", "afgewezen", NULL};
const char *const words_firsts[] = {"werk", "wonen", "inkomen", "geen", NULL};
const char *const words_weighings[] = {"uitzondering", "strakker", NULL};
const char *const words_intakes[] = {"aangenomen", "afgewezen", "doorverwezen", NULL};
const char *const words_agreed[] = {"akkoord", "deels", "nee", "niet_gevraagd", NULL};
const char *const words_signals[] = {"weerstand",   "afhaken", "stagnatie",    "strijd",
				     "verstarring", "energie", "samenwerking", "vooruitgang",
				     "stap",        NULL};
const char *const words_sources[] = {"mens", "klok", NULL};
const char *const words_voices[] = {"gesprek", "wens", NULL};
const char *const words_contacts[] = {"kader",     "kennismaken", "doel",     "aanpak",
				      "voortgang", "regelen",     "afscheid", NULL};
const char *const words_parts[] = {"voorbereiding", "beeld", "oordeel", "herstel", NULL};
const char *const words_meetings[] = {"PGA", "topx", "casus", "intervisie", NULL};
const char *const words_follows[] = {"actie", "afspraak", "knelpunt", "niets", NULL};
const char *const words_checks[] = {"goed", "terug", NULL};
const char *const words_tries[] = {"hielp", "hielp_niet", "andere_context", NULL};
const char *const words_rooms[] = {"proces", "leren", NULL};
