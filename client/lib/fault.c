#include "brug.h"

#include "lang.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

void fault_free(struct fault *f)
{
	buf_wipe(&f->detail);
}

static void fill(char out[512], const char *msgid, const char *arg)
{
	const char *text = lang_text(msgid), *hole = strstr(text, "%s");

	if (hole)
		snprintf(out, 512, "%.*s%s%s", (int)(hole - text), text, arg ? arg : "", hole + 2);
	else
		snprintf(out, 512, "%s", text);
}

enum err fault_set(struct fault *f, enum err code, const char *text, const char *why,
		   const char *can, const char *arg)
{
	f->code = code;
	f->ref[0] = 0;
	fill(f->text, text, arg);
	fill(f->why, why, arg);
	fill(f->can, can, arg);
	return code;
}

static void line(const char *label, const char *text)
{
	CLEANUP(buf_wipe) struct buf whole = {0};

	if (!*text)
		return;
	buf_fmt(&whole, "%s%s", label, text);
	table_line(stderr, buf_view(&whole));
}

int fault_print(const struct fault *f)
{
	char why[64], can[64];

	snprintf(why, sizeof(why), "%s ", _("Why:"));
	snprintf(can, sizeof(can), "%s ", _("What you can do:"));
	line("", *f->text ? f->text : lang_text(err_text((int)f->code)));
	line(why, f->why);
	line(can, f->can);
	if (*f->ref)
		fprintf(stderr, "ref %.30s   [%d]\n", f->ref, (int)f->code);
	return (int)f->code;
}
