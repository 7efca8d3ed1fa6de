/* SPDX-License-Identifier: MIT */
/* What is recorded, into the timeline, and said of it. */
#ifndef CT_SESSION_OUTPUT_H
#define CT_SESSION_OUTPUT_H

#include "session/internal.h"

/* The index of a return address in the table of callers, for records. */
uint32_t ct_session_caller(struct ct_session *session, uint64_t addr);
struct ct_call_event ct_session_event(struct ct_session *session,
				      const struct ct_record *record);
void ct_session_begin(struct ct_session *session,
		      const struct ct_record *record);
/* True for an open call of which a filter decides when it returns. */
bool ct_session_is_provisional(const struct ct_session *session,
			       const struct ct_record *record);
/* Into the timeline and all outputs. */
void ct_session_put_record(struct ct_session *session,
			   const struct ct_record *record);
/* The text of what was drained, those in the timeline from `first` on: calls
 * around others begin before them. */
void ct_session_tell_drained(struct ct_session *session, size_t first);
/* The trace of the last calls, or of all (SIZE_MAX). */
CT_MUST_CHECK
struct ct_error *ct_session_put_trace(struct ct_session *session,
				      enum ct_trace_format format, size_t last,
				      struct ct_buffer *out);
/* What trace files are written by. */
bool ct_trace_is_json(const char *path, enum ct_trace_format format);
CT_MUST_CHECK
struct ct_error *ct_trace_create(const char *path, int *ret);
CT_MUST_CHECK
struct ct_error *ct_write_all(int fd, const char *data, size_t size);
/* A turn has been taken in the region, whose number it gets; once. */
void ct_session_number(struct ct_session *session, struct ct_record *record);

void ct_session_complete_call(struct ct_session *session,
			      const struct ct_record *record);
void ct_session_mark(struct ct_session *session, const struct ct_mark *mark);

#endif
