/* Messages and their parameters: read, looked up, checked, and packed again. */
#include "fuzz.h"

#include "rpc.h"
#include "vocab.h"

#include <string.h>

static void checked(const struct rpc *rpc)
{
	const struct method *m = vocab_method(&brug_vocab, rpc->method);
	struct complaint c = {0};
	const struct kind *k;

	if (!m)
		return;
	if (vocab_check_params(m, rpc->params, &c) != ERR_OK)
		must(c.text != NULL, "a complaint says what is wrong");
	k = vocab_kind(&brug_vocab, obj_bytes(obj_get(rpc->params, "kind")));
	if (k && vocab_check(k->fields, obj_get(rpc->params, "fields"), true, &c) != ERR_OK)
		must(c.text != NULL, "a complaint about a field says what is wrong");
}

/* The same question once more, from what was read of it. */
static void asked_again(const struct rpc *rpc)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(buf_free) struct buf again = {0};
	CLEANUP(arena_free) struct arena a = {0};
	CLEANUP(tree_free) struct tree tree = {0};
	struct scan scan;
	struct rpc same;
	const char *why;

	if (rpc->params)
		pack_object(&params, rpc->params);
	rpc_request(&again, rpc->id, arena_str(&a, rpc->method), buf_view(&params));
	scan_begin(&scan, scan_answer);
	must(scan_go(&scan, buf_view(&again)) == SCAN_DONE && scan.at == again.n,
	     "what was read is said again");
	must(tree_read(&tree, buf_view(&again)) == ERR_OK &&
		     rpc_read(tree_root(&tree), &same, &why) == ERR_OK && same.id == rpc->id,
	     "and read again");
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	CLEANUP(tree_free) struct tree tree = {0};
	const char *why = NULL;
	struct scan scan;
	struct rpc rpc;

	scan_begin(&scan, scan_wire);
	if (scan_go(&scan, (struct slice){p, n}) != SCAN_DONE)
		return 0;
	must(tree_read(&tree, (struct slice){p, scan.at}) == ERR_OK, "it is decoded");
	if (rpc_read(tree_root(&tree), &rpc, &why) != ERR_OK) {
		must(why != NULL, "what is no message is said to be none");
		return 0;
	}
	if (rpc.type == RPC_RESPONSE)
		return 0;
	checked(&rpc);
	if (!memchr(rpc.method.p, 0, rpc.method.n))
		asked_again(&rpc);
	return 0;
}
