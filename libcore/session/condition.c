/* SPDX-License-Identifier: MIT */
/* Filters of traces and mocks, compiled for a watch into shared memory. */
#include "session/internal.h"

struct ct_error *ct_watch_compile_filter(struct ct_session *session,
					 struct ct_watch *watch,
					 const char *text, ct_ref *ret)
{
	(void)session;
	(void)ret;
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "%s: conditions ('%s') are not there yet",
			       watch->function, text);
}
