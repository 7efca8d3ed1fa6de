/* SPDX-License-Identifier: MIT */
/*
 * What a Python program passes to a function of which nothing is known.  A cif
 * says `pointer`; but
 *
 * - ctypes and cffi pass a bytes object by the address of what is in it, and
 *   in front of that CPython has the object's header.  It is what it seems to
 *   be when it says that its type is `bytes`;
 * - a callback is a closure of libffi, or a function of a module.
 */
#include <string.h>

#include "ctester/process.h"
#include "image/image.h"
#include "program/ffi_value.h"
#include "session/ffi.h"
#include "type/model.h"

enum {
	/* PyBytesObject: ob_refcnt, ob_type, ob_size, ob_shash, ob_sval; in
	 * every CPython 3 without Py_TRACE_REFS. */
	OB_TYPE = 8,
	OB_SVAL = 32,
};

/* What a closure begins with: endbr64; lea -11(%rip), %r10; jmp *…(%rip)
 * (`trampoline` in libffi's src/x86/ffi64.c, 3.3 and later). */
static const uint8_t closure_code[] = {0xf3, 0x0f, 0x1e, 0xfa, 0x4c, 0x8d, 0x15,
				       0xf5, 0xff, 0xff, 0xff, 0xff, 0x25};

void ct_ffi_find_bytes_type(struct ct_session *session)
{
	struct ct_module *module;
	session->ffi->bytes_type = 0;
	for (size_t i = 0; !session->ffi->bytes_type &&
			   (module = ct_program_module(session->program, i));
	     i++) {
		size_t count;
		const struct ct_symbol *const *symbols;
		if (!module->is_mapped || module->is_loader)
			continue;
		struct ct_error *err = ct_image_symbols_named(
		    module->image, "PyBytes_Type", &count, &symbols);
		if (!err && count && symbols[0]->is_defined)
			session->ffi->bytes_type =
			    symbols[0]->addr + module->bias;
		ct_error_destroy(err);
	}
}

/* A prototype's parameters have names, or point to something. */
uint64_t ct_ffi_unknown_pointers(struct ct_type *type)
{
	uint64_t unknown = 0;
	for (size_t i = 0; i < type->part_count && i < 64; i++) {
		const struct ct_parameter *parameter = &type->parameters[i];
		if (!parameter->name &&
		    parameter->type->kind == CT_TYPE_POINTER &&
		    parameter->type->target == &ct_type_void)
			unknown |= UINT64_C(1) << i;
	}
	return unknown;
}

static uint64_t read_word(const struct ct_session *session, uint64_t addr)
{
	uint64_t word;
	size_t got =
	    ct_process_read(session->now->pid, addr, &word, sizeof(word));
	return got == sizeof(word) ? word : 0;
}

/* The pointer that is a parameter of the call at whose entry regs are. */
static uint64_t pointer_of(const struct ct_session *session,
			   const struct ct_plan *plan,
			   const struct ct_regs *regs, size_t index)
{
	uint32_t at = ct_plan_parameters(plan)[index].offset;
	const struct ct_copy *copies = ct_plan_copies(plan);
	for (uint32_t i = 0; i < plan->copy_count; i++) {
		const struct ct_piece *piece = &copies[i].piece;
		if (copies[i].at != at || piece->size != 8)
			continue;
		if (piece->kind == CT_PIECE_GPR)
			return regs->gpr[piece->reg];
		if (piece->kind == CT_PIECE_STACK)
			return read_word(session,
					 regs->gpr[CT_REG_RSP] +
					     (uint64_t)piece->stack_offset);
	}
	return 0;
}

static bool is_bytes(const struct ct_session *session, uint64_t at)
{
	return session->ffi->bytes_type && at > OB_SVAL &&
	       read_word(session, at - OB_SVAL + OB_TYPE) ==
		   session->ffi->bytes_type;
}

static bool is_function(const struct ct_session *session, uint64_t at)
{
	uint8_t code[sizeof(closure_code)];
	const struct ct_symbol *symbol = NULL;
	struct ct_module *module = ct_program_module_at(session->program, at);
	if (!module)
		return ct_process_read(session->now->pid, at, code,
				       sizeof(code)) == sizeof(code) &&
		       !memcmp(code, closure_code, sizeof(code));
	ct_error_destroy(
	    ct_image_symbol_at(module->image, at - module->bias, &symbol));
	return symbol;
}

/* Which of the unknown pointers are something that is known here. */
static struct ct_ffi_found find_known(const struct ct_session *session,
				      pid_t tid, const struct ct_ffi_view *view)
{
	struct ct_regs regs;
	struct ct_ffi_found found = {0};
	struct ct_error *err = ct_process_read_regs(tid, &regs);
	if (err) {
		ct_error_destroy(err);
		return found;
	}
	for (size_t i = 0; i < 64; i++) {
		uint64_t bit = UINT64_C(1) << i;
		if (!(view->unknown & bit))
			continue;
		uint64_t at = pointer_of(session, view->view.plan, &regs, i);
		if (is_bytes(session, at))
			found.bytes |= bit;
		else if (is_function(session, at))
			found.functions |= bit;
	}
	return found;
}

static struct ct_type *with_found(struct ct_session *session,
				  const struct ct_type *type,
				  struct ct_ffi_found found)
{
	struct ct_type *copy = ct_arena_alloc(&session->arena, sizeof(*copy));
	struct ct_parameter *parameters = ct_arena_alloc_array(
	    &session->arena, type->part_count + 1, sizeof(*parameters));
	if (!copy || !parameters)
		return NULL;
	*copy = *type;
	memcpy(parameters, type->parameters,
	       type->part_count * sizeof(*parameters));
	for (size_t i = 0; i < type->part_count && i < 64; i++)
		if (found.bytes >> i & 1)
			parameters[i].type = &ct_ffi_text_type;
		else if (found.functions >> i & 1)
			parameters[i].type = &ct_ffi_callback_type;
	copy->parameters = parameters;
	return copy;
}

struct ct_view ct_ffi_view_of_known(struct ct_session *session,
				    const struct ct_watch *watch, pid_t tid,
				    const struct ct_ffi_view *view)
{
	struct ct_ffi *ffi = session->ffi;
	struct ct_ffi_view *found;
	struct {
		const struct ct_ffi_view *view;
		struct ct_ffi_found known;
	} key = {view, {0}};
	if (view->unknown)
		key.known = find_known(session, tid, view);
	if (!key.known.bytes && !key.known.functions)
		return view->view;
	HASH_FIND(hh, ffi->views, &key, sizeof(key), found);
	if (found)
		return found->view;
	found = calloc(1, sizeof(*found) + sizeof(key));
	struct ct_type *type = with_found(session, view->type, key.known);
	if (!found || !type) {
		free(found);
		return view->view;
	}
	found->view = view->view;
	found->type = type;
	/* Without it the pointers are shown as such. */
	ct_session_trouble(
	    session, ct_watch_plan_view(session, watch, type, &found->view));
	memcpy(found->key, &key, sizeof(key));
	HASH_ADD(hh, ffi->views, key, sizeof(key), found);
	return found->view;
}
