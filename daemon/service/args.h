#pragma once
/* Args: reading a request's checked parameters, and saying no. Names not given read as empty, 0 or
 * false. */
#include "serve.h"

struct slice arg_str(const struct request *, const char *name);
struct slices arg_strs(const struct request *, const char *name);
int64_t arg_int(const struct request *, const char *name, int64_t otherwise);
bool arg_bool(const struct request *, const char *name);
bool arg_given(const struct request *, const char *name);
/* T_TIME: ms; a bare date as a term ends with its day, as a beginning starts with it. 0: not given.
 */
int64_t arg_begin(const struct request *, const char *name);
int64_t arg_end(const struct request *, const char *name);
/* ERR_USAGE when the moment this parameter names has passed. Not given is well. */
enum err arg_ahead(struct request *, const char *end);
/* The same of "until", and it lies after "from". */
enum err arg_term(struct request *);
int arg_level(const struct request *, const char *name, int otherwise);

/* Fills rq->refusal and returns code. The texts are English msgids with at most one %s, filled with
 * arg. */
enum err refuse(struct request *, enum err code, const char *text, const char *why,
		const char *can);
enum err refuse_arg(struct request *, enum err code, const char *text, const char *can,
		    struct slice arg);
/* Whether these are sound parameters of another method, as a change within a request has them;
 * otherwise refused as that method would, with the place. */
enum err arg_sound(struct request *, const struct method *, const msgpack_object *params);
/* The one answer to what is not there and to what may not be seen. */
enum err refuse_absent(struct request *);

/* A slice of the arena's with a number: "#22". */
struct slice person_ref(struct request *, uint64_t person);
/* "zoe@schuldhulp" -> person; ERR_USAGE with the handle when there is nobody of that name. */
enum err arg_person(struct request *, const char *name, uint64_t *out);
/* The same, of somebody who takes or took part in the request's case; one error for all others,
 * known to the partnership or not. */
enum err arg_member(struct request *, const char *name, uint64_t *out);
/* "to" as people write it (zoe@schuldhulp, agency=wijk, role=helper, domain=zorg, all) -> as
 * records hold it. */
enum err arg_to(struct request *, const char *name, struct slice *out);
/* And back, for showing. */
struct slice show_to(struct request *, struct slice to);
struct slice show_person(struct request *, uint64_t person); /* the handle */
/* "J-0417", or empty when there is no such case. */
struct slice case_code_for(struct request *, uint64_t case_id);

/* Copies of a packed record, a put of it, and a read of it into the arena. */
void put_record(struct request *, enum table, struct slice key, enum rec_type, const void *rec);
enum err get_record(struct request *, enum table, struct slice key, enum rec_type, void *rec);
/* Seals one private text of the request: bound to (case, id, tag). Empty stays empty. */
struct slice seal_text(struct request *, uint64_t id, uint64_t tag, struct slice text);
struct slice open_text(struct request *, uint64_t id, uint64_t tag, struct slice seal);
/* The same under the directory's key: what stays when a case's key is destroyed. */
struct slice seal_house_text(struct request *, uint64_t id, uint64_t tag, struct slice text);
struct slice open_house_text(struct request *, uint64_t id, uint64_t tag, struct slice seal);
uint64_t random_u64(void);
/* Sight of this case may move by this change; of every case when house is true. */
void note_sight(struct request *);
void note_house_sight(struct request *);

/* Tags of sealed texts: which text of a thing it is. Never reused. */
enum {
	TEXT_NAMES = 1,
	TEXT_TITLE,
	TEXT_DISCUSSED,
	TEXT_ASK,
	TEXT_BLOCK,
	TEXT_MANDATE,
	TEXT_CONSENT,
	TEXT_CUT,
	TEXT_WIDEN,
	TEXT_EMERGENCY,
	TEXT_STOP,
	TEXT_REVIEW,
	TEXT_STATEMENT,
	TEXT_VERZOEK,
	TEXT_ANSWER,
	TEXT_ERASED,
	TEXT_OFFER,
	TEXT_DRAFT,
	TEXT_PHASE,
	TEXT_ENDED,
	TEXT_WITHDRAWAL,
	TEXT_RESTRICTION,
	TEXT_ATTACH,
	TEXT_CHUNK,
	TEXT_SENTENCE
};
