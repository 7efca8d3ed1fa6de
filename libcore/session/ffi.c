/* SPDX-License-Identifier: MIT */
/*
 * Calls through libffi: what their callers say that they pass.
 *
 * A thread comes by ffi_call(cif, fn, …) on its way into fn, and nothing else
 * happens on it in between.  When fn is a function of ours, the cif is
 * remembered until the thread stands at fn, and read there: the caller keeps
 * it until the call has returned.
 *
 * What is made of a cif is kept by what it says, not by where it lies: ctypes
 * builds one on its stack for every call.
 */
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "image/image.h"
#include "program/ffi.h"
#include "session/ffi.h"

static size_t read_process(void *arg, uint64_t addr, void *buf, size_t size)
{
	return ct_process_read(*(const pid_t *)arg, addr, buf, size);
}

struct ct_ffi *ct_session_get_ffi(struct ct_session *session)
{
	if (!session->ffi)
		session->ffi = calloc(1, sizeof(*session->ffi));
	return session->ffi;
}

void ct_session_forget_ffi(struct ct_session *session)
{
	struct ct_ffi *ffi = session->ffi;
	if (!ffi)
		return;
	struct ct_ffi_thread *thread, *next_thread;
	HASH_ITER (hh, ffi->threads, thread, next_thread) {
		HASH_DEL(ffi->threads, thread);
		free(thread);
	}
	struct ct_ffi_view *view, *next_view;
	HASH_ITER (hh, ffi->views, view, next_view) {
		HASH_DEL(ffi->views, view);
		free(view);
	}
	struct ct_ffi_answer *answer, *next_answer;
	HASH_ITER (hh, ffi->answers, answer, next_answer) {
		HASH_DEL(ffi->answers, answer);
		free(answer);
	}
	struct ct_ffi_sentence *sentence, *next_sentence;
	HASH_ITER (hh, ffi->sentences, sentence, next_sentence) {
		HASH_DEL(ffi->sentences, sentence);
		free(sentence);
	}
	free(ffi);
	session->ffi = NULL;
}

void ct_session_ffi_note(struct ct_session *session, const char *function,
			 const char *text)
{
	struct ct_ffi *ffi = session->ffi;
	struct ct_ffi_sentence *known;
	struct ct_buffer out = {0};
	if (function)
		ct_buffer_printf(&out, "%s: ", function);
	ct_buffer_puts(&out, text);
	CT_AUTO_FREE char *line = ct_buffer_take_string(&out);
	if (!line)
		return;
	size_t length = strlen(line);
	HASH_FIND(hh, ffi->sentences, line, length, known);
	if (known)
		return;
	known = calloc(1, sizeof(*known) + length + 1);
	if (!known)
		return;
	memcpy(known->text, line, length);
	HASH_ADD(hh, ffi->sentences, text, length, known);
	ct_session_note(session, line);
}

const char *ct_session_ffi_sentence(const struct ct_session *session, size_t i)
{
	const struct ct_ffi_sentence *sentence =
	    session->ffi ? session->ffi->sentences : NULL;
	while (sentence && i--)
		sentence = sentence->hh.next;
	return sentence ? sentence->text : NULL;
}

/* Places */

static bool is_needed(const struct ct_session *session)
{
	for (size_t i = 0; i < session->watch_count; i++)
		if (session->watches[i]->target->flags & CT_TARGET_ACTIVE)
			return true;
	return false;
}

static struct ct_error *plant_in(struct ct_session *session,
				 const struct ct_module *module, bool *found)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(module->image, "ffi_call", &count, &symbols);
	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		if (!symbols[i]->is_defined ||
		    symbols[i]->kind == CT_SYMBOL_OBJECT)
			continue;
		struct ct_place_entry *place = ct_session_get_place(
		    session, symbols[i]->addr + module->bias);
		if (!place || !ct_session_get_ffi(session))
			return &ct_enomem;
		place->is_ffi_call = true;
		*found = true;
	}
	return NULL;
}

struct ct_error *ct_session_plant_ffi(struct ct_session *session)
{
	struct ct_module *module;
	struct ct_error *err = NULL;
	bool found = false;
	if (!is_needed(session))
		return NULL;
	for (size_t i = 0;
	     !err && (module = ct_program_module(session->program, i)); i++)
		if (module->is_mapped && !module->is_loader)
			err = plant_in(session, module, &found);
	if (found)
		ct_ffi_find_bytes_type(session);
	return err;
}

/* Threads on their way from ffi_call to a function */

static bool is_ours(const struct ct_session *session, uint64_t fn)
{
	struct ct_place_entry *place;
	HASH_FIND(hh, session->now->places, &fn, sizeof(fn), place);
	return place && place->watch &&
	       place->watch->target->flags & CT_TARGET_ACTIVE;
}

void ct_session_note_ffi_call(struct ct_session *session, pid_t tid,
			      const struct ct_regs *regs)
{
	struct ct_ffi *ffi = session->ffi;
	struct ct_ffi_thread *thread;
	uint64_t fn = regs->gpr[CT_REG_RSI];
	if (!ffi)
		return;
	bool ours = is_ours(session, fn);
	HASH_FIND(hh, ffi->threads, &tid, sizeof(tid), thread);
	if (!thread && ours) {
		thread = calloc(1, sizeof(*thread));
		if (!thread)
			return;
		thread->tid = tid;
		HASH_ADD(hh, ffi->threads, tid, sizeof(thread->tid), thread);
	}
	if (!thread)
		return;
	thread->fn = ours ? fn : 0;
	thread->cif = regs->gpr[CT_REG_RDI];
	thread->from = regs->gpr[CT_REG_RIP];
}

/* The cif of the call at hand; 0 when it has none. */
static uint64_t take_cif(struct ct_session *session,
			 const struct ct_place_entry *place, pid_t tid,
			 uint64_t caller)
{
	struct ct_ffi_thread *thread;
	if (!session->ffi)
		return 0;
	HASH_FIND(hh, session->ffi->threads, &tid, sizeof(tid), thread);
	if (!thread || thread->fn != place->addr)
		return 0;
	thread->fn = 0;
	/* libffi itself calls the function. */
	const struct ct_module *module =
	    ct_program_module_at(session->program, caller);
	return module && module == ct_program_module_at(session->program,
							thread->from)
		   ? thread->cif
		   : 0;
}

/* Views */

/* A format says more of what is behind `...` than a cif does: which pointers
 * are text. */
static enum ct_ffi_trust trust_in(const struct ct_watch *watch)
{
	if (watch->source == CT_PROTOTYPE_GUESSED)
		return CT_FFI_GUESSED;
	return watch->plan->tail_rule == CT_PLAN_TAIL_UNKNOWN ||
		       watch->plan->tail_rule == CT_PLAN_TAIL_CHOICE
		   ? CT_FFI_KNOWN
		   : CT_FFI_TAIL;
}

static struct ct_error *merge(struct ct_session *session,
			      const struct ct_watch *watch,
			      struct ct_ffi_view *ret)
{
	struct ct_view *view = &ret->view;
	CT_AUTO_FREE char *sentence = NULL;
	struct ct_type *merged;
	enum ct_ffi_trust trust = trust_in(watch);
	struct ct_error *err = NULL;
	if (trust != CT_FFI_GUESSED)
		err = ct_ffi_disagrees(view->caller, watch->type,
				       watch->function, &sentence);
	if (!err && sentence) {
		ct_session_ffi_note(session, NULL, sentence);
		view->note = ct_arena_strdup(&session->arena, sentence);
	}
	if (!err)
		err = ct_ffi_merge(view->caller, watch->type, trust,
				   &session->arena, &merged);
	if (err || merged == watch->type)
		return err;
	err = ct_watch_plan_view(session, watch, merged, view);
	if (err)
		return err;
	ret->type = merged;
	ret->unknown = ct_ffi_unknown_pointers(merged);
	return NULL;
}

/* Whatever goes wrong, the function's own view is left. */
static void make_view(struct ct_session *session, const struct ct_watch *watch,
		      const struct ct_memory *memory, uint64_t cif,
		      struct ct_view own, struct ct_ffi_view *ret)
{
	ret->view = own;
	struct ct_error *err =
	    ct_ffi_read_cif(memory, cif, &session->arena, &ret->view.caller);
	if (!err && !watch->is_clone)
		err = merge(session, watch, ret);
	if (!err)
		return;
	ct_session_ffi_note(session, watch->function, ct_error_message(err));
	ct_error_destroy(err);
	ret->view = own;
}

/* NULL when the cif cannot be read. */
static const struct ct_ffi_view *find_view(struct ct_session *session,
					   const struct ct_watch *watch,
					   uint64_t cif, struct ct_view own)
{
	struct ct_ffi *ffi = session->ffi;
	struct ct_memory memory = {read_process, &session->now->pid};
	struct ct_ffi_view *found;
	size_t size;
	/* A plan is of one function and of the limits as they are. */
	memcpy(ffi->key, &own.plan, sizeof(own.plan));
	struct ct_error *err = ct_ffi_read_key(
	    &memory, cif, ffi->key + sizeof(own.plan), CT_FFI_KEY_MAX, &size);
	if (err) {
		ct_session_ffi_note(session, watch->function,
				    ct_error_message(err));
		ct_error_destroy(err);
		return NULL;
	}
	size += sizeof(own.plan);
	HASH_FIND(hh, ffi->views, ffi->key, size, found);
	if (found)
		return found;
	found = calloc(1, sizeof(*found) + size);
	if (!found)
		return NULL;
	memcpy(found->key, ffi->key, size);
	make_view(session, watch, &memory, cif, own, found);
	HASH_ADD(hh, ffi->views, key, size, found);
	return found;
}

struct ct_view ct_session_view(struct ct_session *session,
			       struct ct_watch *watch,
			       const struct ct_place_entry *place, pid_t tid,
			       uint64_t caller)
{
	struct ct_view own = {.signature = watch->signature_index,
			      .plan = watch->plan};
	uint64_t cif = take_cif(session, place, tid, caller);
	/* Of a guessed prototype the result may be anywhere, with or without
	 * libffi: ct_session_force_for_ffi() is to be asked. */
	if (watch->source == CT_PROTOTYPE_GUESSED)
		own.caller = watch->type;
	const struct ct_ffi_view *found =
	    cif ? find_view(session, watch, cif, own) : NULL;
	return found ? ct_ffi_view_of_known(session, watch, tid, found) : own;
}
