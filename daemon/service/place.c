#include "place.h"

#include "args.h"

enum { FIXED = 32 };

static void plain_of(struct request *rq, uint64_t of, const struct place *p, struct buf *out)
{
	buf_be64(out, rq->who->person);
	buf_be64(out, of);
	buf_be64(out, p->at);
	buf_be64(out, p->n);
	buf_fmt(out, "%s", rq->method->name);
}

enum err place_arg(struct request *rq, uint64_t of, struct place *out)
{
	struct slice token = arg_str(rq, "after");
	CLEANUP(buf_free) struct buf given = {0};
	CLEANUP(buf_free) struct buf same = {0};

	*out = (struct place){0};
	if (!token.n)
		return ERR_OK;
	if (keyring_token_open(rq->house->keyring, token, &given) == ERR_OK && given.n > FIXED) {
		*out = (struct place){get_be64(given.p + 16), get_be64(given.p + 24)};
		plain_of(rq, of, out, &same);
		if (slice_eq(buf_view(&given), buf_view(&same)))
			return ERR_OK;
	}
	return refuse(rq, ERR_USAGE, N_("This is no place to go on from."), NULL,
		      N_("Give what \"next\" of the last answer was, for the same question."));
}

void place_pack(struct request *rq, uint64_t of, const struct place *p, bool more, struct buf *out)
{
	CLEANUP(buf_free) struct buf plain = {0};
	CLEANUP(buf_free) struct buf token = {0};

	pack_key(out, "next");
	if (!more) {
		pack_nil(out);
		return;
	}
	plain_of(rq, of, p, &plain);
	keyring_token_seal(rq->house->keyring, buf_view(&plain), &token);
	pack_bin(out, buf_view(&token));
}
