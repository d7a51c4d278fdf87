/* Watching: the handlers only say what is wanted; session keeps the watchers and asks again after
 * each change. */
#include "args.h"

enum err serve_case_watch(struct request *rq)
{
	rq->watch = true;
	rq->watch_board = 0;
	rq->watch_since = arg_str(rq, "since");
	return ERR_OK;
}

enum err serve_case_unwatch(struct request *rq)
{
	rq->unwatch = rq->case_id;
	pack_map(rq->out, 0);
	return ERR_OK;
}
