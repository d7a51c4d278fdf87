#include "lang.h"

#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *language = "nl";

/* English only when it is asked for by name: LANGUAGE first, as gettext does. A system's LANG=en_US
 * is most often nobody's choice, and the practice is Dutch. */
static bool wants_english(void)
{
	const char *v = getenv("LANGUAGE");

	return v && !strncmp(v, "en", 2);
}

static const char *catalogue(void)
{
	const char *dir = getenv("BRUG_LOCALEDIR");

	if (dir && *dir)
		return dir;
	return access(LOCALEDIR "/nl/LC_MESSAGES/brug.mo", R_OK) == 0 ? LOCALEDIR : BUILD_LOCALEDIR;
}

void lang_begin(void)
{
	language = wants_english() ? "en" : "nl";
	setenv("LANGUAGE", language, 1);
	/* the C locale alone would turn translation off */
	if (!setlocale(LC_ALL, "") || !strcmp(setlocale(LC_MESSAGES, NULL), "C") ||
	    !strcmp(setlocale(LC_CTYPE, NULL), "C"))
		setlocale(LC_ALL, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	bindtextdomain("brug", catalogue());
	bind_textdomain_codeset("brug", "UTF-8");
	textdomain("brug");
}

const char *lang_text(const char *msgid)
{
	return msgid && *msgid ? gettext(msgid) : "";
}

const char *lang_name(void)
{
	return language;
}
