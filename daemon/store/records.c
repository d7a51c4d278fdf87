/* One codec that walks the shapes made from records.def. */
#include "records.h"

#include "pack.h"

#include <stddef.h>
#include <string.h>

enum ftype { F_STR, F_STRS, F_BIN, F_U64, F_I64, F_BOOL, F_U64S, F_LIST };

struct rec_field {
	enum ftype type;
	size_t offset;
	int of; /* F_LIST: the record type of its elements */
};
struct shape {
	const struct rec_field *fields;
	size_t fields_n, size;
};

#define STR(f) {F_STR, offsetof(THIS, f), 0},
#define STRS(f) {F_STRS, offsetof(THIS, f), 0},
#define BIN(f) {F_BIN, offsetof(THIS, f), 0},
#define U64(f) {F_U64, offsetof(THIS, f), 0},
#define I64(f) {F_I64, offsetof(THIS, f), 0},
#define BOOL(f) {F_BOOL, offsetof(THIS, f), 0},
#define U64S(f) {F_U64S, offsetof(THIS, f), 0},
#define LIST(of, f) {F_LIST, offsetof(THIS, f), REC_##of},

/* One function per record: its scope is where THIS can name the struct. */
#define RECORD(name, list)                                                                         \
	static const struct rec_field *fields_##name(size_t *n)                                    \
	{                                                                                          \
		typedef struct rec_##name THIS;                                                    \
		static const struct rec_field f[] = {list};                                        \
                                                                                                   \
		*n = sizeof(f) / sizeof(*f);                                                       \
		return f;                                                                          \
	}
#include "records.def"
#undef RECORD

static const struct shape *shape_of(int type)
{
	static struct shape shapes[REC_TYPES];

	if (shapes[0].fields)
		return &shapes[type];
#define RECORD(name, list)                                                                         \
	shapes[REC_##name].fields = fields_##name(&shapes[REC_##name].fields_n);                   \
	shapes[REC_##name].size = sizeof(struct rec_##name);
#include "records.def"
#undef RECORD
	return &shapes[type];
}

/* A list in a record, whatever its elements are: all LIST fields have this form. */
struct any_list {
	void *v;
	size_t n;
};

/* -- packing ----------------------------------------------------------------------------------- */

static void pack_strs(struct buf *out, const struct slices *s)
{
	pack_array(out, s->n);
	for (size_t i = 0; i < s->n; i++)
		pack_str(out, s->v[i]);
}

static void pack_numbers(struct buf *out, const struct u64s *s)
{
	pack_array(out, s->n);
	for (size_t i = 0; i < s->n; i++)
		pack_uint(out, s->v[i]);
}

static void pack_list(struct buf *out, const struct any_list *l, int of)
{
	pack_array(out, l->n);
	for (size_t i = 0; i < l->n; i++)
		rec_pack((enum rec_type)of, (const uint8_t *)l->v + i * shape_of(of)->size, out);
}

static void pack_field(const struct rec_field *f, const void *p, struct buf *out)
{
	switch (f->type) {
	case F_STR:
		pack_str(out, *(const struct slice *)p);
		break;
	case F_BIN:
		pack_bin(out, *(const struct slice *)p);
		break;
	case F_STRS:
		pack_strs(out, p);
		break;
	case F_U64:
		pack_uint(out, *(const uint64_t *)p);
		break;
	case F_I64:
		pack_int(out, *(const int64_t *)p);
		break;
	case F_BOOL:
		pack_bool(out, *(const bool *)p);
		break;
	case F_U64S:
		pack_numbers(out, p);
		break;
	case F_LIST:
		pack_list(out, p, f->of);
		break;
	}
}

void rec_pack(enum rec_type type, const void *rec, struct buf *out)
{
	const struct shape *s = shape_of(type);

	pack_array(out, s->fields_n);
	for (size_t i = 0; i < s->fields_n; i++)
		pack_field(&s->fields[i], (const uint8_t *)rec + s->fields[i].offset, out);
}

/* -- reading: a cursor over our own bytes, which never leaves them ----------------------------- */

struct reader {
	const uint8_t *p;
	size_t n;
	bool bad;
	struct arena *arena;
};

static uint64_t take_be(struct reader *r, size_t n)
{
	uint64_t v = 0;

	if (r->n < n) {
		r->bad = true;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		v = v << 8 | r->p[i];
	r->p += n;
	r->n -= n;
	return v;
}

static uint8_t take_byte(struct reader *r)
{
	return (uint8_t)take_be(r, 1);
}

static struct slice take_bytes(struct reader *r)
{
	uint8_t b = take_byte(r);
	struct slice s = {0};
	uint64_t n;

	if ((b & 0xe0) == 0xa0)
		n = b & 0x1f;
	else if (b == 0xd9 || b == 0xc4)
		n = take_be(r, 1);
	else if (b == 0xda || b == 0xc5)
		n = take_be(r, 2);
	else if (b == 0xdb || b == 0xc6)
		n = take_be(r, 4);
	else
		n = SIZE_MAX;
	if (r->bad || n > r->n) {
		r->bad = true;
		return s;
	}
	s = (struct slice){r->p, n};
	r->p += n;
	r->n -= n;
	return s;
}

static uint64_t take_number(struct reader *r)
{
	uint8_t b = take_byte(r);

	if (b <= 0x7f)
		return b;
	if (b >= 0xe0)
		return (uint64_t)(int64_t)(int8_t)b;
	switch (b) {
	case 0xcc:
		return take_be(r, 1);
	case 0xcd:
		return take_be(r, 2);
	case 0xce:
		return take_be(r, 4);
	case 0xcf:
	case 0xd3:
		return take_be(r, 8);
	case 0xd0:
		return (uint64_t)(int64_t)(int8_t)take_be(r, 1);
	case 0xd1:
		return (uint64_t)(int64_t)(int16_t)take_be(r, 2);
	case 0xd2:
		return (uint64_t)(int64_t)(int32_t)take_be(r, 4);
	default:
		r->bad = true;
		return 0;
	}
}

static size_t take_array(struct reader *r)
{
	uint8_t b = take_byte(r);
	uint64_t n = SIZE_MAX;

	if ((b & 0xf0) == 0x90)
		n = b & 0x0f;
	else if (b == 0xdc)
		n = take_be(r, 2);
	else if (b == 0xdd)
		n = take_be(r, 4);
	if (n > r->n) { /* every element is at least one byte */
		r->bad = true;
		return 0;
	}
	return (size_t)n;
}

static void take_strs(struct reader *r, struct slices *out)
{
	size_t n = take_array(r);

	*out = (struct slices){.v = n ? ARENA_ARRAY(r->arena, struct slice, n) : NULL, .n = n};
	for (size_t i = 0; i < n; i++)
		out->v[i] = take_bytes(r);
}

static void take_numbers(struct reader *r, struct u64s *out)
{
	size_t n = take_array(r);

	*out = (struct u64s){.v = n ? ARENA_ARRAY(r->arena, uint64_t, n) : NULL, .n = n};
	for (size_t i = 0; i < n; i++)
		out->v[i] = take_number(r);
}

static void take_record(struct reader *r, int type, void *rec);

static void take_list(struct reader *r, int of, struct any_list *out)
{
	size_t n = take_array(r);

	*out = (struct any_list){.v = n ? arena_take(r->arena, n * shape_of(of)->size) : NULL,
				 .n = n};
	for (size_t i = 0; i < n && !r->bad; i++)
		take_record(r, of, (uint8_t *)out->v + i * shape_of(of)->size);
}

static void take_field(struct reader *r, const struct rec_field *f, void *p)
{
	switch (f->type) {
	case F_STR:
	case F_BIN:
		*(struct slice *)p = take_bytes(r);
		break;
	case F_STRS:
		take_strs(r, p);
		break;
	case F_U64:
		*(uint64_t *)p = take_number(r);
		break;
	case F_I64:
		*(int64_t *)p = (int64_t)take_number(r);
		break;
	case F_BOOL:
		*(bool *)p = take_byte(r) == 0xc3;
		break;
	case F_U64S:
		take_numbers(r, p);
		break;
	case F_LIST:
		take_list(r, f->of, p);
		break;
	}
}

/* Fields that were added after the record was written are left zero; more fields than we know are
 * damage. */
static void take_record(struct reader *r, int type, void *rec)
{
	const struct shape *s = shape_of(type);
	size_t n = take_array(r);

	memset(rec, 0, s->size);
	r->bad = r->bad || n > s->fields_n;
	for (size_t i = 0; i < n && !r->bad; i++)
		take_field(r, &s->fields[i], (uint8_t *)rec + s->fields[i].offset);
}

enum err rec_read(enum rec_type type, struct slice bytes, struct arena *arena, void *rec)
{
	struct reader r = {.p = bytes.p, .n = bytes.n, .arena = arena};

	take_record(&r, type, rec);
	return r.bad || r.n ? ERR_INTERNAL : ERR_OK;
}
