#include "script.h"

#include <string.h>

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Takes what is between two quotes at s[*i]; in double ones \ keeps its meaning before " and \. */
static bool take_quoted(struct slice s, size_t *i, struct buf *word)
{
	uint8_t quote = s.p[(*i)++];

	while (*i < s.n && s.p[*i] != quote) {
		if (quote == '"' && s.p[*i] == '\\' && *i + 1 < s.n &&
		    (s.p[*i + 1] == '"' || s.p[*i + 1] == '\\'))
			(*i)++;
		buf_u8(word, s.p[(*i)++]);
	}
	return *i < s.n && s.p[(*i)++] == quote;
}

static enum err take_word(struct slice s, size_t *i, struct buf *word, const char **why)
{
	while (*i < s.n && !is_blank(s.p[*i])) {
		if (s.p[*i] == '\'' || s.p[*i] == '"') {
			if (take_quoted(s, i, word))
				continue;
			*why = N_("a quote is opened and not closed");
			return ERR_USAGE;
		}
		if (s.p[*i] == '\\' && *i + 1 < s.n)
			(*i)++;
		buf_u8(word, s.p[(*i)++]);
	}
	return ERR_OK;
}

enum err script_split(struct arena *a, struct slice line, struct script_line *out, const char **why)
{
	size_t i = 0;

	*out = (struct script_line){.v = ARENA_ARRAY(a, char *, line.n / 2 + 2)};
	for (;;) {
		CLEANUP(buf_free) struct buf word = {0};

		while (i < line.n && is_blank(line.p[i]))
			i++;
		if (i == line.n || line.p[i] == '#')
			return ERR_OK;
		TRY(take_word(line, &i, &word, why));
		out->v[out->n++] = arena_str(a, buf_view(&word));
	}
}

static bool is_plain(struct slice word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789@%+=:,./_-";

	for (size_t i = 0; i < word.n; i++)
		if (!memchr(plain, word.p[i], sizeof(plain) - 1))
			return false;
	return word.n > 0;
}

void script_quote(struct slice word, struct buf *out)
{
	if (is_plain(word)) {
		buf_slice(out, word);
		return;
	}
	buf_u8(out, '\'');
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '\'')
			buf_slice(out, SLICE("'\\''"));
		else
			buf_u8(out, word.p[i]);
	}
	buf_u8(out, '\'');
}
