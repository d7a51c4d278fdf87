#pragma once
/* The reader's language: Dutch, unless the environment asks for English. */
#include <libintl.h>

#define _(msgid) lang_text(msgid)

/* Sets locale, language and catalogue. Call first in main. */
void lang_begin(void);
const char *lang_text(const char *msgid) __attribute__((format_arg(1)));
const char *lang_name(void); /* "nl" or "en", for hello */
