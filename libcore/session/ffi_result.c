/* SPDX-License-Identifier: MIT */
/*
 * A mock's result where a caller looks for it that goes by other types than
 * the prototype: by its cif, or in C, where nobody has told us of a prototype,
 * by one that we do not know.
 *
 * A prototype's result has been put where the ABI wants it.  That it is also
 * where another type would be costs nothing: rax, rdx, xmm0 and xmm1 are the
 * function's to change (ABI 3.2.1), and only the x87 stack must be as the
 * caller expects it.
 */
#include <string.h>

#include "abi/abi.h"
#include "base/cleanup.h"
#include "ctester/process.h"
#include "program/ffi_value.h"
#include "session/ffi.h"
#include "type/model.h"

/* What is made into an answer. */
struct source {
	struct ct_session *session;
	const struct ct_mock_entry *entry;
	struct ct_type *caller; /* a function */
	struct ct_type *wanted; /* its result */
	bool guessed;           /* the prototype */
	bool by_cif;            /* the caller is not guessed, too */
};

static struct ct_error *keep_bytes(const struct source *source,
				   const void *bytes, size_t size,
				   struct ct_ffi_answer *answer)
{
	answer->bytes = ct_arena_alloc(&source->session->arena, size + 1);
	if (!answer->bytes)
		return &ct_enomem;
	memcpy(answer->bytes, bytes, size);
	answer->size = (uint32_t)size;
	return NULL;
}

static void note_inexact(const struct source *source)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer out = {0};
	ct_buffer_puts(&out, "the caller takes ");
	ct_error_destroy(ct_type_spell(source->wanted, &out));
	ct_buffer_printf(&out, " as the result and %s does not fit in it",
			 source->entry->value);
	CT_AUTO_FREE char *text = ct_buffer_take_string(&out);
	if (text)
		ct_session_ffi_note(source->session,
				    source->entry->watch->function, text);
}

/* A struct for a caller that alone knows its type. */
static struct ct_error *answer_object(const struct source *source,
				      struct ct_ffi_answer *answer)
{
	struct ct_literal literal = {0};
	if (!source->guessed)
		return NULL;
	struct ct_error *err =
	    ct_literal_parse(source->wanted, source->entry->value, &literal);
	if (!err && !literal.relocation_count)
		err = keep_bytes(source, literal.bytes, literal.size, answer);
	ct_literal_deinit(&literal);
	return err;
}

static struct ct_error *answer_number(const struct source *source,
				      struct ct_type *type,
				      struct ct_ffi_answer *answer)
{
	const struct ct_mock *mock = source->entry->mock;
	struct ct_ffi_number number;
	struct ct_error *err = ct_ffi_convert(
	    type, mock->value, mock->value_size, source->wanted, &number);
	if (err)
		return err;
	if (!number.is_number)
		return answer_object(source, answer);
	/* A real in rax is cut, and in xmm0 it is not. */
	if (number.is_inexact && source->by_cif)
		note_inexact(source);
	return keep_bytes(source, number.bytes, sizeof(number.bytes), answer);
}

static const struct ct_place in_xmm0 = {
    .count = 1,
    .pieces = {{.kind = CT_PIECE_SSE, .size = 8}},
};

/* In C, a number that nobody knows the type of is both. */
static struct ct_error *answer_both(const struct source *source,
				    struct ct_type *type,
				    struct ct_ffi_answer *answer)
{
	static struct ct_type real = {
	    .kind = CT_TYPE_BASE, .encoding = CT_ENCODING_FLOAT, .size = 8};
	const struct ct_mock *mock = source->entry->mock;
	struct ct_ffi_number number;
	struct ct_error *err =
	    ct_ffi_convert(type, mock->value, mock->value_size, &real, &number);
	if (err || !number.is_number)
		return err;
	answer->second = in_xmm0;
	memcpy(answer->other, number.bytes, sizeof(answer->other));
	return NULL;
}

static struct ct_error *answer_guessed(const struct source *source,
				       struct ct_ffi_answer *answer)
{
	struct ct_type *type;
	struct ct_literal literal = {0};
	struct ct_error *err =
	    ct_ffi_parse_value(source->entry->value, &type, &literal);
	ct_literal_deinit(&literal);
	if (err)
		return err;
	/* Text is a pointer in rax already, which libffi reads from there. */
	if (ct_type_kind(type) == CT_TYPE_POINTER)
		return NULL;
	err = answer_number(source, type, answer);
	return err || source->by_cif ? err : answer_both(source, type, answer);
}

static struct ct_error *fill_answer(struct source *source,
				    struct ct_ffi_answer *answer)
{
	struct ct_type *given = source->entry->watch->signature->result.type;
	struct ct_call_layout layout;
	bool good = false;
	struct ct_error *err = ct_type_target(source->caller, &source->wanted);
	if (!err)
		err = ct_type_strip(source->wanted, &source->wanted);
	if (err || ct_type_kind(source->wanted) == CT_TYPE_VOID)
		return err;
	if (!source->guessed)
		err = ct_ffi_agrees(source->wanted, given, false, &good);
	if (err || good)
		return err;
	err = source->guessed ? answer_guessed(source, answer)
			      : answer_number(source, given, answer);
	if (err || !answer->bytes)
		return err;
	err = ct_abi_layout(source->caller, &source->session->arena, &layout);
	if (!err)
		answer->place = layout.result;
	return err;
}

static const struct ct_ffi_answer *find_answer(
    struct ct_session *session, const struct ct_mock_entry *entry,
    const struct ct_view *view)
{
	struct ct_ffi *ffi = ct_session_get_ffi(session);
	struct ct_ffi_answer *answer;
	struct ct_ffi_answer_key key = {entry->mock, view->caller};
	if (!ffi)
		return NULL;
	HASH_FIND(hh, ffi->answers, &key, sizeof(key), answer);
	if (answer)
		return answer;
	answer = calloc(1, sizeof(*answer));
	if (!answer)
		return NULL;
	struct source source = {
	    .session = session,
	    .entry = entry,
	    .caller = view->caller,
	    .guessed = entry->watch->source == CT_PROTOTYPE_GUESSED,
	};
	source.by_cif = view->caller != entry->watch->type;
	answer->key = key;
	struct ct_error *err = fill_answer(&source, answer);
	if (err)
		ct_session_ffi_note(session, entry->watch->function,
				    ct_error_message(err));
	ct_error_destroy(err);
	HASH_ADD(hh, ffi->answers, key, sizeof(key), answer);
	return answer;
}

static void put_piece(const struct ct_piece *piece, const uint8_t *bytes,
		      size_t size, struct ct_regs *regs,
		      struct ct_fp_result *fp)
{
	uint8_t whole[16] = {0};
	int at = piece->reg & 1;
	if (piece->size > sizeof(whole) || piece->offset + piece->size > size)
		return;
	memcpy(whole, bytes + piece->offset, piece->size);
	switch (piece->kind) {
	case CT_PIECE_GPR:
		memcpy(&regs->gpr[piece->reg], whole, 8);
		break;
	case CT_PIECE_SSE:
		memcpy(fp->xmm[at], whole, 16);
		if (fp->xmm_count < at + 1)
			fp->xmm_count = (uint8_t)(at + 1);
		break;
	case CT_PIECE_X87:
		memcpy(fp->st[at], whole, 10);
		if (fp->st_count < at + 1)
			fp->st_count = (uint8_t)(at + 1);
		break;
	}
}

static void put_result(const struct ct_place *place, const uint8_t *bytes,
		       size_t size, struct ct_regs *regs,
		       struct ct_fp_result *fp)
{
	for (size_t i = 0; i < place->count; i++)
		put_piece(&place->pieces[i], bytes, size, regs, fp);
}

void ct_session_force_for_ffi(struct ct_session *session,
			      const struct ct_mock_entry *entry,
			      const struct ct_view *view, struct ct_regs *regs,
			      struct ct_fp_result *fp)
{
	const struct ct_ffi_answer *answer = find_answer(session, entry, view);
	if (!answer || !answer->bytes)
		return;
	/* What nobody takes from the x87 stack stays there for ever. */
	fp->st_count = 0;
	put_result(&answer->second, answer->other, sizeof(answer->other), regs,
		   fp);
	if (!answer->place.indirect) {
		put_result(&answer->place, answer->bytes, answer->size, regs,
			   fp);
		return;
	}
	/* The memory's address was passed, and comes back: ABI 3.2.3. */
	regs->gpr[CT_REG_RAX] = regs->gpr[CT_REG_RDI];
	ct_session_trouble(
	    session, ct_process_write(session->now->pid, regs->gpr[CT_REG_RDI],
				      answer->bytes, answer->size));
}
