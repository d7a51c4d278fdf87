#include "lines.h"

#include <stdlib.h>
#include <string.h>

struct scan_at {
	struct slice text;
	size_t at;
	unsigned line;
};

static int peek(const struct scan_at *s)
{
	return s->at < s->text.n ? s->text.p[s->at] : -1;
}

static void step(struct scan_at *s)
{
	s->line += s->text.p[s->at++] == '\n';
}

/* Over a string; its bytes as they stand there. */
static struct slice string(struct scan_at *s)
{
	size_t from = ++s->at;

	while (s->at < s->text.n && s->text.p[s->at] != '"')
		s->at += s->text.p[s->at] == '\\' && s->at + 1 < s->text.n ? 2 : 1;
	s->at += s->at < s->text.n;
	return (struct slice){s->text.p + from, s->at - from - (s->at > from)};
}

static void blanks(struct scan_at *s)
{
	while (peek(s) >= 0 && strchr(" \t\r\n", peek(s)))
		step(s);
}

/* Over one value, whatever is in it. */
static void value(struct scan_at *s)
{
	unsigned depth = 0;

	for (blanks(s); peek(s) >= 0; step(s)) {
		int c = peek(s);

		if (c == '"') {
			string(s);
			s->at--;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']' || c == ',') && !depth) {
			return;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
}

/* To the n-th value of the array that begins here. */
static unsigned element(struct scan_at *s, unsigned long n)
{
	blanks(s);
	if (peek(s) != '[')
		return s->line;
	step(s);
	for (; n && peek(s) >= 0 && peek(s) != ']'; n--) {
		value(s);
		if (peek(s) == ',')
			step(s);
	}
	blanks(s);
	return peek(s) < 0 || peek(s) == ']' ? 0 : s->line;
}

unsigned lines_find(struct slice text, const char *where)
{
	size_t n = strcspn(where, "[.");
	unsigned long index = where[n] == '[' ? strtoul(where + n + 1, NULL, 10) : 0;
	struct scan_at s = {.text = text, .line = 1};

	blanks(&s);
	if (peek(&s) == '{')
		step(&s);
	for (blanks(&s); peek(&s) == '"'; blanks(&s)) {
		unsigned line = s.line;
		struct slice key = string(&s);

		blanks(&s);
		if (peek(&s) == ':')
			step(&s);
		if (slice_eq(key, (struct slice){(const uint8_t *)where, n}))
			return where[n] == '[' ? element(&s, index) : line;
		value(&s);
		if (peek(&s) == ',')
			step(&s);
	}
	return 0;
}

size_t lines_count(struct slice text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}
