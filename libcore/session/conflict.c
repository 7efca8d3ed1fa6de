/* SPDX-License-Identifier: MIT */
/*
 * Who else intercepts a mocked function: a preloaded library whose function of
 * that name the program calls instead, or somebody who has written over the
 * function's first instructions.
 */
#define _GNU_SOURCE
#include <string.h>

#include "base/cleanup.h"
#include "image/image.h"
#include "session/internal.h"

enum {
	CODE_SIZE = 16
};

/* LD_PRELOAD is separated by blanks and colons (ld.so(8)). */
static bool is_preloaded(const char *list, const struct ct_module *module)
{
	const char *soname = ct_image_soname(module->image);
	while (*(list += strspn(list, " :\n\t"))) {
		size_t length = strcspn(list, " :\n\t");
		CT_AUTO_FREE char *one = strndup(list, length);
		if (one && (!strcmp(basename(one), module->name) ||
			    (soname && !strcmp(one, soname))))
			return true;
		list += length;
	}
	return false;
}

static bool defines(const struct ct_module *module, const char *symbol)
{
	size_t count = 0;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(module->image, symbol, &count, &symbols);
	bool found = false;
	for (size_t i = 0; !err && i < count; i++)
		found |= symbols[i]->is_defined && symbols[i]->is_dynamic &&
			 symbols[i]->kind != CT_SYMBOL_OBJECT;
	ct_error_destroy(err);
	return found;
}

static void put_line(const struct ct_watch *watch, uint64_t addr,
		     struct ct_buffer *out)
{
	ct_buffer_printf(out, "%s\t%s\t%llu\t",
			 watch->asked ? watch->asked : watch->library,
			 watch->function, (unsigned long long)addr);
}

static bool find_interposer(struct ct_session *session, const char *preloaded,
			    const struct ct_watch *watch, struct ct_buffer *out)
{
	struct ct_module *module;
	if (watch->of_main || is_preloaded(preloaded, watch->module))
		return false;
	for (size_t i = 1; (module = ct_program_module(session->program, i));
	     i++) {
		if (!module->is_mapped || !is_preloaded(preloaded, module) ||
		    !defines(module, watch->symbol))
			continue;
		put_line(watch, 0, out);
		ct_buffer_printf(out, "preloaded\t%s\n", module->name);
		return true;
	}
	return false;
}

/* Where a patch leads, when it is one of the usual jumps (Intel SDM, volume 2:
 * JMP rel32, JMP m64 right behind it). */
static uint64_t jump_target(uint64_t addr, const uint8_t code[CODE_SIZE])
{
	static const uint8_t jump_behind[6] = {0xff, 0x25};
	if (code[0] == 0xe9) {
		int32_t distance;
		memcpy(&distance, code + 1, sizeof(distance));
		return addr + 5 + (uint64_t)(int64_t)distance;
	}
	uint64_t target = 0;
	if (!memcmp(code, jump_behind, sizeof(jump_behind)))
		memcpy(&target, code + sizeof(jump_behind), sizeof(target));
	return target;
}

static void find_patch(struct ct_session *session,
		       const struct ct_place_entry *place,
		       struct ct_buffer *out)
{
	uint8_t memory[CODE_SIZE];
	bool differs;
	size_t size =
	    ct_session_find_patch(session, place->addr, memory, &differs);
	if (!size)
		return;
	put_line(place->watch, place->addr, out);
	if (!differs) {
		ct_buffer_puts(out, "\t\n");
		return;
	}
	const struct ct_module *module = NULL;
	if (size == CODE_SIZE)
		module = ct_program_module_at(session->program,
					      jump_target(place->addr, memory));
	ct_buffer_printf(out, "patched\t%s\n", module ? module->name : "");
}

struct ct_error *ct_session_conflicts(struct ct_session *session, pid_t pid,
				      char **ret)
{
	struct ct_buffer out = {0};
	CT_AUTO_FREE char *preloaded = NULL;
	if (ct_session_enter(session, pid)) {
		struct ct_error *err =
		    ct_process_read_variable(pid, "LD_PRELOAD", &preloaded);
		if (err)
			return err;
		for (size_t i = 0; preloaded && i < session->watch_count; i++)
			if (session->watches[i]->mocked &&
			    session->watches[i]->module->is_mapped)
				find_interposer(session, preloaded,
						session->watches[i], &out);
		for (const struct ct_place_entry *place = session->now->places;
		     place; place = place->hh.next)
			if (place->watch && place->watch->mocked &&
			    !place->pad_to)
				find_patch(session, place, &out);
	}
	*ret = ct_buffer_take_string(&out);
	return *ret ? NULL : &ct_enomem;
}
