/* SPDX-License-Identifier: MIT */
/* What mocks write through the pointers that they are passed. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/near.h"
#include "program/ffi_value.h"
#include "session/agent.h"

static struct ct_error *no_parameter(const struct ct_signature *signature,
				     const char *name)
{
	struct ct_near near;
	struct ct_buffer hint = {0};
	ct_near_init(&near, name, 3);
	for (size_t i = 0; i < signature->count; i++)
		if (signature->parameters[i].name)
			ct_near_offer(&near, signature->parameters[i].name);
	for (size_t i = 0; i < near.count; i++)
		ct_buffer_printf(&hint, "%s'%s'", i ? ", " : "; did you mean ",
				 near.names[i]);
	if (near.count)
		ct_buffer_putc(&hint, '?');
	else if (signature->count)
		ct_buffer_puts(&hint, "; it has");
	for (size_t i = 0; !near.count && i < signature->count; i++) {
		const char *its = signature->parameters[i].name;
		ct_buffer_printf(&hint, "%s %s", i ? "," : "", its ? its : "?");
	}
	CT_AUTO_FREE char *text = ct_buffer_take_string(&hint);
	return ct_error_format(CT_ERROR_BAD_ARGUMENT,
			       "out: there is no parameter '%s'%s", name,
			       text ? text : "");
}

static struct ct_error *find_parameter(const struct ct_signature *signature,
				       const char *name, uint32_t *ret)
{
	char *end;
	unsigned long position = strtoul(name, &end, 10);
	if (*name && !*end && position < signature->count) {
		*ret = (uint32_t)position;
		return NULL;
	}
	for (size_t i = 0; i < signature->count; i++) {
		const char *its = signature->parameters[i].name;
		if (its && !strcmp(its, name)) {
			*ret = (uint32_t)i;
			return NULL;
		}
	}
	return no_parameter(signature, name);
}

static bool is_text(const char *text)
{
	return *text == '"' || *text == '\'' ||
	       (*text == 'b' && (text[1] == '"' || text[1] == '\''));
}

/* The literal of a pointer to the value: braces and brackets are that already,
 * and so is text where characters are pointed to. */
static struct ct_error *parse_pointee(struct ct_type *pointer, const char *text,
				      struct ct_literal *ret)
{
	struct ct_type *target, *stripped;
	struct ct_error *err = ct_type_target(pointer, &target);
	if (!err && target)
		err = ct_type_strip(target, &stripped);
	if (err)
		return err;
	bool to_pointer = target && ct_type_kind(stripped) == CT_TYPE_POINTER;
	bool is_object = *text == '{' || *text == '[' || *text == '&';
	if (is_object || (is_text(text) && !to_pointer))
		return ct_literal_parse(pointer, text, ret);
	struct ct_buffer with = {0};
	ct_buffer_putc(&with, '&');
	ct_buffer_puts(&with, text);
	CT_AUTO_FREE char *string = ct_buffer_take_string(&with);
	return string ? ct_literal_parse(pointer, string, ret) : &ct_enomem;
}

static struct ct_error *prepare_write(const struct ct_watch *watch,
				      const struct ct_mock_out *out,
				      struct ct_mock_write *ret)
{
	const struct ct_signature *signature = watch->signature;
	struct ct_type *type;
	struct ct_error *err =
	    find_parameter(signature, out->parameter, &ret->index);
	if (!err)
		err = ct_type_strip(signature->parameters[ret->index].type,
				    &type);
	if (err)
		return err;
	/* Of a guessed one, text says that it is a pointer to it. */
	if (watch->source == CT_PROTOTYPE_GUESSED && is_text(out->value))
		type = &ct_ffi_text_type;
	if (ct_type_kind(type) != CT_TYPE_POINTER ||
	    ct_plan_parameters(watch->plan)[ret->index].absent)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "out: parameter '%s' is no pointer",
				       out->parameter);
	err = parse_pointee(type, out->value, &ret->literal);
	if (!err && ret->literal.relocation_count != 1)
		err = ct_error_format(CT_ERROR_BAD_ARGUMENT,
				      "'%s' is nothing to write", out->value);
	ret->exact = *out->value == 'b';
	return err ? ct_error_prefix(err, "out: %s", out->parameter) : NULL;
}

struct ct_error *ct_watch_prepare_outs(struct ct_session *session,
				       const struct ct_watch *watch,
				       const struct ct_mock_options *options,
				       struct ct_mock_entry *entry)
{
	if (!options->out_count)
		return NULL;
	entry->writes = ct_arena_alloc(
	    &session->arena, options->out_count * sizeof(*entry->writes));
	if (!entry->writes)
		return &ct_enomem;
	for (size_t i = 0; i < options->out_count; i++) {
		entry->writes[i] = (struct ct_mock_write){0};
		entry->write_count = i + 1;
		struct ct_error *err =
		    prepare_write(watch, &options->out[i], &entry->writes[i]);
		if (err)
			return err;
	}
	return NULL;
}

/* Where the i-th is written to; 0: nowhere. */
static uint64_t address_of(const struct ct_mock_write *write,
			   const struct ct_plan *plan, const uint8_t *args)
{
	const struct ct_plan_parameter *parameters = ct_plan_parameters(plan);
	uint64_t addr;
	/* Through libffi, anything can be passed, and nothing. */
	if (write->index >= plan->parameter_count ||
	    parameters[write->index].size < sizeof(addr))
		return 0;
	memcpy(&addr, args + parameters[write->index].offset, sizeof(addr));
	/* NULL: who passes that does not want it. */
	return addr;
}

static const struct ct_literal *written_by(const struct ct_mock_write *write,
					   size_t *size)
{
	const struct ct_literal *written =
	    &write->literal.relocations[0].pointee;
	*size = written->size - (write->exact && written->size);
	return written;
}

struct ct_error *ct_session_write_outs(struct ct_session *session,
				       const struct ct_mock_entry *entry,
				       const struct ct_plan *plan,
				       const uint8_t *args)
{
	for (size_t i = 0; i < entry->write_count; i++) {
		size_t size;
		const struct ct_literal *written =
		    written_by(&entry->writes[i], &size);
		uint64_t addr = address_of(&entry->writes[i], plan, args);
		if (!addr)
			continue;
		struct ct_error *err = ct_process_write(session->now->pid, addr,
							written->bytes, size);
		if (err)
			return ct_error_prefix(err, "out: %s",
					       entry->options.out[i].parameter);
	}
	return NULL;
}

void ct_session_record_outs(const struct ct_mock_entry *entry,
			    const struct ct_plan *plan,
			    struct ct_record *record)
{
	for (size_t i = 0; i < entry->write_count; i++) {
		const struct ct_mock_write *write = &entry->writes[i];
		size_t size, most = (size_t)plan->limits.string + 1;
		const struct ct_literal *written = written_by(write, &size);
		uint64_t addr = address_of(write, plan, ct_record_args(record));
		if (!addr || write->index >= 64 ||
		    ct_plan_parameters(plan)[write->index].link_count ||
		    ct_plan_parameters(plan)[write->index].extent.kind !=
			CT_EXTENT_TYPE)
			continue;
		ct_record_add_blob(record, CT_CAPTURE_SIZE, addr,
				   written->bytes, size < most ? size : most);
		if (ct_record_exit_size(record, addr))
			record->changed |= 1ull << write->index;
	}
}

/* The agent writes them itself, where the pointers are by the plan. */
static bool tell_entry(struct ct_session *session,
		       const struct ct_mock_entry *entry)
{
	const struct ct_plan *plan = entry->watch->plan;
	bool ok = true;
	for (size_t i = 0; i < entry->write_count; i++) {
		const struct ct_mock_write *write = &entry->writes[i];
		const struct ct_plan_parameter *parameters =
		    ct_plan_parameters(plan);
		size_t size;
		const struct ct_literal *written = written_by(write, &size);
		if (write->index >= plan->parameter_count ||
		    parameters[write->index].size < sizeof(uint64_t))
			continue;
		ok &= ct_agent_add_out(session->region,
				       session->now->agent->shared, entry->id,
				       parameters[write->index].offset,
				       written->bytes, (uint32_t)size);
	}
	return ok;
}

void ct_session_tell_outs(struct ct_session *session)
{
	struct ct_agent *agent = session->now->agent;
	uint32_t told = agent->told_mock;
	for (size_t i = 0; i < session->mock_count; i++) {
		const struct ct_mock_entry *entry = &session->mocks[i];
		if (entry->id <= told)
			continue;
		if (!tell_entry(session, entry))
			ct_session_complain(
			    session,
			    ct_error_format(CT_ERROR_NO_MEMORY,
					    "the shared region is full"));
		if (entry->id > agent->told_mock)
			agent->told_mock = entry->id;
	}
}
