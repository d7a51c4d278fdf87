#include "rpc.h"

#include <criterion/criterion.h>

static enum err read(struct buf *b, struct tree *t, struct rpc *out)
{
	const char *why = NULL;
	enum err err;

	cr_assert_eq(tree_read(t, buf_view(b)), ERR_OK);
	err = rpc_read(tree_root(t), out, &why);
	cr_assert((err == ERR_OK) == (why == NULL));
	return err;
}

Test(rpc, a_request_is_read_as_it_was_written)
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct rpc r;

	pack_map(&params, 1);
	pack_kv_text(&params, "case", "J-0417");
	rpc_request(&b, 7, "case.plan", buf_view(&params));
	cr_assert_eq(read(&b, &t, &r), ERR_OK);
	cr_expect_eq(r.type, RPC_REQUEST);
	cr_expect_eq(r.id, 7);
	cr_expect(slice_is(r.method, "case.plan"));
	cr_expect(slice_is(obj_bytes(obj_get(r.params, "case")), "J-0417"));
}

Test(rpc, an_error_carries_its_four_lines_and_leaves_out_what_is_not_known)
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct rpc r;

	rpc_error(&b, 9,
		  &(struct rpc_error){
			  .code = ERR_REFUSED, .text = SLICE("nee"), .ref = SLICE("7F2A")});
	cr_assert_eq(read(&b, &t, &r), ERR_OK);
	cr_expect_eq(obj_int(obj_get(r.error, "code"), 0), 4);
	cr_expect(obj_is_nil(obj_get(r.error, "why")));
	cr_expect(slice_is(obj_bytes(obj_get(r.error, "ref")), "7F2A"));
}

Test(rpc, what_is_no_message_is_refused_with_a_reason)
{
	static const char *const not [] = {"\x90",
					   "\xc0",
					   "\x93\x00\x01\xa1x",
					   "\x94\x00\x01\xa1x\x01",
					   "\x94\x00\xff\xa1x\x90",
					   "\x94\x00\x01\xa1x\x91\x05",
					   "\x94\x00\x01\xa1x\x92\x80\x80",
					   "\x91\x07"};

	for (unsigned i = 0; i < sizeof(not ) / sizeof(*not ); i++) {
		CLEANUP(buf_free) struct buf b = {0};
		CLEANUP(tree_free) struct tree t = {0};
		struct rpc r;

		buf_fmt(&b, "%s", not [i]);
		if (i == 2) /* the string above ends at its zero byte */
			continue;
		if (tree_read(&t, buf_view(&b)) != ERR_OK)
			continue;
		cr_expect_eq(rpc_read(tree_root(&t), &r, &(const char *){NULL}), ERR_USAGE, "%u",
			     i);
	}
}
