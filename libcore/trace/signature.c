/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "trace/signature.h"
#include "value/special.h"
#include "value/text.h"
#include "value/utf8.h"
#include "value/way.h"

enum {
	TYPEDEFS_MAX = 64 /* of typedefs */
};

void ct_json_string(struct ct_buffer *out, const char *string)
{
	if (!string) {
		ct_buffer_puts(out, "null");
		return;
	}
	ct_buffer_putc(out, '"');
	const unsigned char *end = (const void *)(string + strlen(string));
	for (const unsigned char *at = (const void *)string; at < end;) {
		size_t length = ct_utf8_sequence(at, (size_t)(end - at));
		if (!length)
			ct_buffer_printf(out, "\\udc%02x", *at);
		else if (*at == '"' || *at == '\\')
			ct_buffer_printf(out, "\\%c", *at);
		else if (*at < 0x20 || *at == 0x7f)
			ct_buffer_printf(out, "\\u%04x", *at);
		else
			ct_buffer_append(out, at, length);
		at += length ? length : 1;
	}
	ct_buffer_putc(out, '"');
}

/* Move what the buffer has into the arena. */
static struct ct_error *keep(struct ct_arena *arena, struct ct_buffer *buffer,
			     struct ct_text *ret)
{
	char *copy = ct_buffer_failed(buffer)
			 ? NULL
			 : ct_arena_alloc(arena, buffer->size + 1);
	if (!copy)
		return &ct_enomem;
	if (buffer->size)
		memcpy(copy, buffer->data, buffer->size);
	*ret = (struct ct_text){copy, buffer->size};
	return NULL;
}

/* What ct_value_decode() would tell as a number, whichever it is. */
static void find_number(struct ct_signature_part *part)
{
	struct ct_type *bare;
	struct ct_error *err = ct_type_strip(part->type, &bare);
	if (err || ct_type_kind(bare) != CT_TYPE_BASE ||
	    ct_special_is_typedef(part->type)) {
		ct_error_destroy(err);
		return;
	}
	uint64_t size = ct_type_size(bare);
	enum ct_encoding encoding = ct_type_encoding(bare);
	part->is_signed = encoding == CT_ENCODING_SIGNED;
	if ((part->is_signed || encoding == CT_ENCODING_UNSIGNED) &&
	    (size == 1 || size == 2 || size == 4 || size == 8))
		part->number_size = (uint8_t)size;
}

static struct ct_error *spell_text(struct ct_arena *arena,
				   struct ct_buffer *scratch, const char *name,
				   const char *behind, struct ct_text *ret)
{
	ct_buffer_clear(scratch);
	ct_text_name(scratch, name);
	ct_buffer_puts(scratch, behind);
	return keep(arena, scratch, ret);
}

static struct ct_error *spell_part(struct ct_arena *arena,
				   struct ct_buffer *scratch, bool has_name,
				   struct ct_signature_part *part)
{
	struct ct_buffer spelling = {0};
	struct ct_error *err = ct_type_spell(part->type, &spelling);
	char *type = ct_buffer_take_string(&spelling);
	if (err || !type) {
		free(type);
		return err ? err : &ct_enomem;
	}
	ct_buffer_clear(scratch);
	ct_buffer_putc(scratch, '{');
	if (has_name) {
		ct_buffer_puts(scratch, "\"name\":");
		ct_json_string(scratch, part->name);
		ct_buffer_putc(scratch, ',');
	}
	ct_buffer_puts(scratch, "\"type\":");
	ct_json_string(scratch, type);
	ct_buffer_puts(scratch, ",\"value\":");
	free(type);
	find_number(part);
	err = keep(arena, scratch, &part->json);
	if (!err && part->name)
		err =
		    spell_text(arena, scratch, part->name, " = ", &part->text);
	return err;
}

static struct ct_error *fill(struct ct_arena *arena, struct ct_buffer *scratch,
			     struct ct_type *type,
			     struct ct_signature *signature)
{
	const struct ct_parameter *formals;
	struct ct_error *err =
	    ct_type_parameters(type, &signature->count, &formals);
	if (err)
		return err;
	signature->parameters = ct_arena_alloc_array(
	    arena, signature->count, sizeof(*signature->parameters));
	if (!signature->parameters)
		return &ct_enomem;
	for (size_t i = 0; !err && i < signature->count; i++) {
		struct ct_signature_part *part = &signature->parameters[i];
		part->name = formals[i].name;
		part->type = formals[i].type;
		err = spell_part(arena, scratch, true, part);
	}
	if (!err)
		err = ct_type_target(type, &signature->result.type);
	if (!err)
		err = spell_part(arena, scratch, false, &signature->result);
	struct ct_type *bare;
	if (!err)
		err = ct_type_strip(signature->result.type, &bare);
	if (err)
		return err;
	signature->returns_void = ct_type_kind(bare) == CT_TYPE_VOID;
	return NULL;
}

/* What names the call in its events. */
static struct ct_error *spell_head(struct ct_arena *arena,
				   struct ct_buffer *scratch,
				   struct ct_signature *signature)
{
	ct_buffer_clear(scratch);
	if (signature->is_syscall) {
		ct_buffer_puts(scratch, "\"name\":");
		ct_json_string(scratch, signature->function);
		ct_buffer_puts(scratch, ",\"number\":");
		ct_buffer_put_u64(scratch, signature->number);
	} else {
		ct_buffer_puts(scratch, "\"library\":");
		ct_json_string(scratch, signature->library);
		ct_buffer_puts(scratch, ",\"function\":");
		ct_json_string(scratch, signature->function);
	}
	struct ct_error *err = keep(arena, scratch, &signature->json);
	if (err || !signature->is_syscall)
		return err ? err
			   : spell_text(arena, scratch, signature->function, "",
					&signature->text);
	/* One of ours, `<9999>` too. */
	signature->text =
	    (struct ct_text){signature->function, strlen(signature->function)};
	return NULL;
}

static struct ct_error *create(struct ct_arena *arena, const char *library,
			       const char *function, bool is_syscall,
			       uint32_t number, struct ct_type *type,
			       const struct ct_plan *plan,
			       struct ct_signature **ret)
{
	struct ct_signature *signature =
	    ct_arena_alloc(arena, sizeof(*signature));
	if (!signature)
		return &ct_enomem;
	signature->is_syscall = is_syscall;
	signature->number = number;
	signature->plan = plan;
	signature->library = library ? ct_arena_strdup(arena, library) : NULL;
	signature->function = ct_arena_strdup(arena, function);
	if (!signature->function || (library && !signature->library))
		return &ct_enomem;

	struct ct_buffer scratch = {0};
	struct ct_error *err = fill(arena, &scratch, type, signature);
	if (!err)
		err = spell_head(arena, &scratch, signature);
	ct_buffer_deinit(&scratch);
	if (!err)
		*ret = signature;
	return err;
}

struct ct_error *ct_signature_create(struct ct_arena *arena,
				     const char *library, const char *function,
				     struct ct_type *type,
				     const struct ct_plan *plan,
				     struct ct_signature **ret)
{
	return create(arena, library, function, false, 0, type, plan, ret);
}

struct ct_error *ct_signature_create_syscall(struct ct_arena *arena,
					     const char *name, uint32_t number,
					     struct ct_type *type,
					     const struct ct_plan *plan,
					     struct ct_signature **ret)
{
	return create(arena, NULL, name, true, number, type, plan, ret);
}

bool ct_signature_is_number(const struct ct_signature_part *part)
{
	struct ct_type *type;
	struct ct_error *err = ct_type_strip(part->type, &type);
	bool is_number = !err && ct_type_kind(type) == CT_TYPE_BASE &&
			 (ct_type_encoding(type) == CT_ENCODING_SIGNED ||
			  ct_type_encoding(type) == CT_ENCODING_UNSIGNED) &&
			 ct_type_size(type) >= 4 && ct_type_size(type) <= 8;
	ct_error_destroy(err);
	return is_number;
}

bool ct_signature_is_mode(const struct ct_signature_part *part)
{
	struct ct_type *type = part->type;
	struct ct_error *err = NULL;
	bool is_mode = false;
	for (int i = 0; !err && !is_mode && i < TYPEDEFS_MAX; i++) {
		enum ct_type_kind kind = ct_type_kind(type);
		const char *name = ct_type_name(type);
		if (kind != CT_TYPE_TYPEDEF && kind != CT_TYPE_QUALIFIED)
			break;
		is_mode =
		    kind == CT_TYPE_TYPEDEF && name &&
		    (!strcmp(name, "mode_t") || !strcmp(name, "__mode_t"));
		err = ct_type_target(type, &type);
	}
	ct_error_destroy(err);
	return is_mode && ct_signature_is_number(part);
}

static bool spell_descriptor(int fd, struct ct_buffer *out)
{
	if (fd != AT_FDCWD)
		return false;
	ct_buffer_puts(out, "AT_FDCWD");
	return true;
}

bool ct_part_spell(const struct ct_signature_part *part, const void *bytes,
		   size_t size, struct ct_buffer *out)
{
	uint64_t word = 0;
	if (!size || size > sizeof(word))
		return false;
	memcpy(&word, bytes, size);
	switch (part->meaning) {
	case CT_MEANING_NAMES:
		return part->names &&
		       ct_names_spell(part->names, word, size, out);
	case CT_MEANING_DIRFD:
		return spell_descriptor((int)word, out);
	case CT_MEANING_MODE:
		return ct_number_say(CT_NUMBER_OCTAL, word, size, out);
	case CT_MEANING_ADDRESS:
		if (!word)
			return false;
		ct_buffer_put_hex(out, word);
		return true;
	default:
		return false;
	}
}
