/* SPDX-License-Identifier: MIT */
/*
 * A monitored call that its mask lets run may be answered by something else
 * than the function: which, is said by the function's name.
 *
 * All parameters that matter here are passed in registers.
 */
#include "session/stand_in.h"

#include <string.h>

enum role {
	NOTHING,
	MALLOC,
	CALLOC,
	REALLOC,
	FREE,
	READ,
	RECV,
	RECVFROM,
	GETADDRINFO,
	FREEADDRINFO,
	GETNAMEINFO,
	GAI_STRERROR,
};

static enum role role_of(const struct ct_watch *watch)
{
	static const char *const names[] = {
	    [MALLOC] = "malloc",
	    [CALLOC] = "calloc",
	    [REALLOC] = "realloc",
	    [FREE] = "free",
	    [READ] = "read",
	    [RECV] = "recv",
	    [RECVFROM] = "recvfrom",
	    [GETADDRINFO] = "getaddrinfo",
	    [FREEADDRINFO] = "freeaddrinfo",
	    [GETNAMEINFO] = "getnameinfo",
	    [GAI_STRERROR] = "gai_strerror",
	};
	for (enum role role = MALLOC; role <= GAI_STRERROR; role++)
		if (!strcmp(watch->function, names[role]))
			return role;
	return NOTHING;
}

bool ct_watch_looks_up(const struct ct_watch *watch)
{
	return role_of(watch) >= GETADDRINFO;
}

bool ct_session_may_stand_in(const struct ct_session *session,
			     const struct ct_watch *watch)
{
	switch (role_of(watch)) {
	case NOTHING:
		return false;
	case READ:
	case RECV:
	case RECVFROM:
		return session->read_buffers;
	default:
		return true;
	}
}

/* glibc's checked variants have the size of the buffer behind its length. */
static bool is_checked(const struct ct_watch *watch)
{
	size_t length = strlen(watch->symbol);
	return length > 4 && !strcmp(watch->symbol + length - 4, "_chk");
}

static struct ct_error *dispatch(const struct ct_stand_in *call, enum role role,
				 struct ct_reply *ret)
{
	/* What was freed is given up, even if the call was made to fail. */
	if (role == FREE)
		ct_heap_note_free(call, ret);
	if (role == GETADDRINFO)
		ct_session_leave_lookup(call);
	if (call->failed)
		return NULL;
	switch (role) {
	case REALLOC:
		ct_heap_note_realloc(call);
		return NULL;
	case READ:
		return ct_session_read_buffered(call, CT_READER_READ, ret);
	case RECV:
		return ct_session_read_buffered(call, CT_READER_RECV, ret);
	case RECVFROM:
		return ct_session_read_buffered(call, CT_READER_RECVFROM, ret);
	case GETADDRINFO:
		return ct_session_ask_method(call, CT_METHOD_GETADDRINFO, ret);
	case FREEADDRINFO:
		return ct_session_ask_method(call, CT_METHOD_FREEADDRINFO, ret);
	case GETNAMEINFO:
		return ct_session_ask_method(call, CT_METHOD_GETNAMEINFO, ret);
	case GAI_STRERROR:
		return ct_session_ask_method(call, CT_METHOD_GAI_STRERROR, ret);
	default:
		return NULL;
	}
}

struct ct_error *ct_session_stand_in(const struct ct_call *call,
				     const struct ct_watch *watch,
				     const struct ct_place_entry *place,
				     bool failed, struct ct_reply *ret)
{
	static const enum ct_reg registers[CT_REPLY_ARGS] = {
	    CT_REG_RDI, CT_REG_RSI, CT_REG_RDX,
	    CT_REG_RCX, CT_REG_R8,  CT_REG_R9};
	struct ct_stand_in it = {
	    .session = call->session,
	    .call = call,
	    .place = place,
	    .regs = call->regs,
	    .tid = call->record->tid,
	    .failed = failed,
	    .is_checked = is_checked(watch),
	};
	for (size_t i = 0; i < CT_REPLY_ARGS; i++)
		it.args[i] = call->regs->gpr[registers[i]];
	return dispatch(&it, role_of(watch), ret);
}

/* An argument as it was passed; 0 when it is not known. */
static uint64_t argument(const struct ct_session *session,
			 const struct ct_record *record, uint32_t i)
{
	const struct ct_plan *plan =
	    session->signatures[record->signature]->plan;
	uint64_t value = 0;
	if (i >= plan->parameter_count)
		return 0;
	const struct ct_plan_parameter *parameter =
	    &ct_plan_parameters(plan)[i];
	if (parameter->absent || parameter->size > sizeof(value))
		return 0;
	memcpy(&value, ct_record_args(record) + parameter->offset,
	       parameter->size);
	return value;
}

static void tell_list(struct ct_session *session,
		      const struct ct_record *record,
		      const struct ct_regs *regs)
{
	struct ct_method_call call = {
	    .event = CT_METHOD_RETURN,
	    .which = CT_METHOD_GETADDRINFO,
	    .seq = record->seq,
	    .result = (int32_t)regs->gpr[CT_REG_RAX],
	};
	if (!(session->methods.which & CT_METHOD_GETADDRINFO))
		return;
	ct_process_read(session->now->pid, argument(session, record, 3),
			&call.list, sizeof(call.list));
	ct_session_tell_method(session, &call);
}

void ct_session_stood_in(struct ct_session *session,
			 const struct ct_watch *watch,
			 const struct ct_record *record,
			 const struct ct_regs *regs)
{
	uint64_t result = regs->gpr[CT_REG_RAX];
	uint64_t first = argument(session, record, 0);
	uint64_t second = argument(session, record, 1);
	switch (role_of(watch)) {
	case MALLOC:
		ct_heap_note_malloc(session, result, first);
		break;
	case CALLOC:
		ct_heap_note_malloc(session, result, first * second);
		break;
	case REALLOC:
		ct_heap_note_realloced(session, first, second, result);
		break;
	case GETADDRINFO:
		tell_list(session, record, regs);
		break;
	default:
		break;
	}
}

void ct_session_forget_stand_ins(struct ct_session *session)
{
	struct ct_tracee *now = session->now;
	ct_heap_destroy(now->heap);
	ct_lookups_destroy(now->lookups);
	while (now->texts) {
		struct ct_placed_text *text = now->texts;
		now->texts = text->next;
		free(text);
	}
	now->heap = NULL;
	now->lookups = NULL;
	now->scratch = 0;
}
