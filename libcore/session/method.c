/* SPDX-License-Identifier: MIT */
/* Methods of a script in place of getaddrinfo and its like. */
#include "session/output.h"
#include "session/stand_in.h"

#include <string.h>

#include "base/cleanup.h"

void ct_session_set_methods(struct ct_session *session, uint32_t which,
			    ct_method method, void *arg)
{
	session->methods.which = which;
	session->methods.method = method;
	session->methods.arg = arg;
}

void ct_session_tell_method(struct ct_session *session,
			    struct ct_method_call *call)
{
	if (session->methods.method)
		session->methods.method(session->methods.arg, call);
}

/* Written once: the program may keep the pointer, and reads only. */
static struct ct_error *place_text(const struct ct_stand_in *call,
				   const char *bytes, uint64_t *ret)
{
	struct ct_session *session = call->session;
	size_t size = strlen(bytes) + 1;
	struct ct_placed_text *text = session->now->texts;
	while (text && strcmp(text->bytes, bytes) != 0)
		text = text->next;
	if (text) {
		*ret = text->addr;
		return NULL;
	}
	struct ct_error *err =
	    ct_session_take_memory(session, call->tid, size, ret);
	if (!err)
		err = ct_process_write(session->now->pid, *ret, bytes, size);
	if (err)
		return err;
	text = malloc(sizeof(*text) + size);
	if (!text)
		return &ct_enomem;
	text->addr = *ret;
	memcpy(text->bytes, bytes, size);
	text->next = session->now->texts;
	session->now->texts = text;
	return NULL;
}

static struct ct_error *write_all(const struct ct_stand_in *call,
				  const struct ct_method_call *asked)
{
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && i < 2; i++) {
		const struct ct_method_write *write = &asked->writes[i];
		if (write->addr && write->size)
			err = ct_process_write(call->session->now->pid,
					       write->addr, write->bytes,
					       write->size);
	}
	return err;
}

static struct ct_error *apply(const struct ct_stand_in *call,
			      const struct ct_method_call *asked,
			      struct ct_reply *ret)
{
	struct ct_error *err = NULL;
	switch (asked->reply) {
	case CT_REPLY_RETURN:
		ret->result = (uint64_t)asked->result;
		err = write_all(call, asked);
		break;
	case CT_REPLY_TEXT:
		err = place_text(call, asked->text, &ret->result);
		break;
	case CT_REPLY_NAMES:
		return ct_session_look_up(call, asked->text, ret);
	default:
		return NULL;
	}
	ret->returns = !err;
	return err;
}

struct ct_error *ct_session_ask_method(const struct ct_stand_in *call,
				       enum ct_method which,
				       struct ct_reply *ret)
{
	struct ct_session *session = call->session;
	if (!(session->methods.which & which))
		return NULL;
	struct ct_call_event event =
	    ct_session_event(session, call->call->record);
	struct ct_buffer text = {0};
	struct ct_error *err = ct_python_args(&event, &text);
	CT_AUTO_FREE char *arguments = ct_buffer_take_string(&text);
	if (err || !arguments)
		return err ? err : &ct_enomem;
	struct ct_method_call asked = {
	    .event = CT_METHOD_CALL,
	    .which = which,
	    .seq = call->call->record->seq,
	    .arguments = arguments,
	};
	memcpy(asked.passed, call->args, sizeof(asked.passed));
	ct_session_tell_method(session, &asked);
	return apply(call, &asked, ret);
}
