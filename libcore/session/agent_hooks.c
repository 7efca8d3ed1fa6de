/* SPDX-License-Identifier: MIT */
/*
 * Hooking: a function's entry by a jump, or a pad by the word that it jumps to.
 *
 * Code is read from the file, where no breakpoint is, and memory is compared
 * with that before it is written: GDB keeps what was under its breakpoints, and
 * would write that over ours.
 */
#include <elf.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "image/image.h"
#include "session/agent.h"

enum {
	INT3 = 0xcc,
	PUSH_SIZE = 5,
	LEAD_SIZE = 24, /* push $index; jmp *0(%rip); address */
};

/* ---- access */

static size_t read_file(void *arg, uint64_t addr, void *buf, size_t size)
{
	const struct ct_module *module = arg;
	return ct_image_read_code(module->image, addr - module->bias, buf,
				  size);
}

static size_t read_process(void *arg, uint64_t addr, void *buf, size_t size)
{
	return ct_process_read(*(const pid_t *)arg, addr, buf, size);
}

static struct ct_error *write_process(void *arg, uint64_t addr,
				      const void *bytes, size_t size)
{
	return ct_process_write(*(const pid_t *)arg, addr, bytes, size);
}

static struct ct_patch_access access_of(struct ct_session *session)
{
	pid_t *pid = &session->now->pid;
	return (struct ct_patch_access){
	    {read_process, pid}, write_process, pid};
}

/* ---- where a file's jumps lead */

static struct ct_branches *read_branches(struct ct_image *image)
{
	struct ct_elf *elf = ct_image_elf(image);
	struct ct_branches *branches = ct_branches_create();
	for (size_t i = 0; branches && i < ct_elf_section_count(elf); i++) {
		const struct ct_section *section = ct_elf_section(elf, i);
		const void *data;
		size_t size;
		if (!(section->flags & SHF_EXECINSTR) ||
		    section->type != SHT_PROGBITS)
			continue;
		struct ct_error *err =
		    ct_elf_section_data(elf, i, &data, &size);
		if (!err &&
		    ct_branches_add(branches, section->addr, data, size))
			continue;
		ct_error_destroy(err);
		ct_branches_destroy(branches);
		branches = NULL;
	}
	return branches;
}

static struct ct_extents *read_extents(struct ct_image *image)
{
	struct ct_extents *extents = NULL;
	ct_error_destroy(ct_extents_read(image, &extents));
	return extents;
}

static struct ct_agent_code *code_of(struct ct_agent *agent,
				     struct ct_image *image)
{
	struct ct_agent_code *known;
	HASH_FIND_PTR(agent->code, &image, known);
	if (!known && (known = calloc(1, sizeof(*known)))) {
		known->image = image;
		known->branches = read_branches(image);
		known->extents = read_extents(image);
		HASH_ADD_PTR(agent->code, image, known);
	}
	return known;
}

void ct_agent_forget_code(struct ct_agent *agent)
{
	struct ct_agent_code *known, *next;
	HASH_ITER (hh, agent->code, known, next) {
		HASH_DEL(agent->code, known);
		ct_branches_destroy(known->branches);
		ct_extents_destroy(known->extents);
		free(known);
	}
}

struct targets {
	struct ct_session *session;
	const struct ct_module *module;
	const struct ct_agent_code *code;
	uint64_t entry;
};

static bool is_target(void *arg, uint64_t low, uint64_t high)
{
	const struct targets *targets = arg;
	uint64_t bias = targets->module->bias;
	return ct_branches_is_target(targets->code->branches, low - bias,
				     high - bias);
}

static bool find_room(void *arg, uint64_t low, uint64_t high,
		      struct ct_room *ret)
{
	const struct targets *targets = arg;
	return ct_agent_find_room(targets->session, targets->module,
				  targets->code, low, high, ret);
}

static uint64_t body_of(void *arg, bool framed)
{
	const struct targets *targets = arg;
	uint64_t body = 0;
	struct ct_dw *dw;
	uint64_t bias = targets->module->bias;
	struct ct_error *err = ct_image_dw(targets->module->image, &dw);
	if (!err && dw)
		err = ct_dw_body_of(dw, targets->entry - bias, framed, &body);
	ct_error_destroy(err);
	return body ? body + bias : 0;
}

/* ---- entries */

/* Bytes of the function from there on, by its symbol; 0: not known. */
static uint64_t size_of(const struct ct_module *module, uint64_t addr)
{
	const struct ct_symbol *symbol = NULL;
	uint64_t at = addr - module->bias;
	struct ct_error *err = ct_image_symbol_at(module->image, at, &symbol);
	if (err) {
		ct_error_destroy(err);
		return 0;
	}
	return symbol && at - symbol->addr < symbol->size
		   ? symbol->size - (at - symbol->addr)
		   : 0;
}

/* And where the next one begins. */
static void measure(const struct ct_agent_code *code,
		    const struct ct_module *module,
		    struct ct_patch_request *request)
{
	request->function_size = size_of(module, request->addr);
	if (!code || !code->extents)
		return;
	uint64_t at = request->addr - module->bias;
	struct ct_extent extent = ct_extents_find(code->extents, at);
	if (!request->function_size)
		request->function_size = extent.size;
	request->free_size = extent.next - at;
}

/* A breakpoint behind the patch, where the body begins, would be moved to the
 * entry when GDB looks for the prologue again and finds a jump. */
bool ct_agent_keeps(const struct ct_session *session,
		    const struct ct_patch *patch)
{
	const struct ct_relocation *relocation = &patch->relocation;
	return ct_session_keeps_any(session, patch->addr + relocation->kept,
				    patch->addr + relocation->patch_size +
					!relocation->kept);
}

/* Why the bytes in memory cannot be replaced. */
static const char *check_memory(struct ct_session *session,
				const struct ct_patch *patch)
{
	const struct ct_relocation *relocation = &patch->relocation;
	uint8_t memory[CT_HOOK_PATCH_MAX];
	size_t size = relocation->patch_size;
	if (ct_agent_keeps(session, patch))
		return "a breakpoint is in its first instructions";
	if (ct_process_read(session->now->pid, patch->addr, memory, size) <
	    size)
		return "its code cannot be read";
	for (size_t i = 0; i < size; i++)
		if (memory[i] != relocation->original[i])
			return memory[i] == INT3
				   ? "a breakpoint is in its first "
				     "instructions"
				   : "somebody has changed its first "
				     "instructions";
	return NULL; /* that of its room was compared when it was found */
}

/* A thread that is behind the first byte would run into half of the jump.  Of
 * one that is at it, a breakpoint has perhaps told already. */
static bool is_somebody_inside(struct ct_session *session,
			       const struct ct_patch *patch)
{
	CT_AUTO_FREE pid_t *tids = NULL;
	size_t count = 0;
	struct ct_error *err =
	    ct_process_read_tids(session->now->pid, &tids, &count);
	bool inside = err != NULL;
	for (size_t i = 0; !err && !inside && i < count; i++) {
		struct ct_regs regs;
		uint64_t to;
		err = ct_process_read_regs(tids[i], &regs);
		uint64_t pc = regs.gpr[CT_REG_RIP];
		inside = err || pc == patch->addr ||
			 pc - patch->relocation.room.addr < CT_HOOK_ROOM ||
			 ct_patch_is_inside(patch, pc, &to);
	}
	ct_error_destroy(err);
	return inside;
}

static const char no_size[] = "its size is not known";
static const char is_inside[] = "a thread stands in its first instructions";

static const char *prepare_entry(struct ct_session *session, pid_t tid,
				 struct ct_agent_site *site)
{
	struct ct_agent *agent = session->now->agent;
	struct ct_module *module =
	    ct_program_module_at(session->program, site->addr);
	uint64_t pad;
	if (!module)
		module = ct_agent_vdso(session, site->addr);
	if (!module)
		return "its code is in no file";
	struct ct_patch_access access = access_of(session);
	access.memory = (struct ct_memory){read_file, module};
	struct ct_agent_code *code = code_of(agent, module->image);
	struct targets targets = {session, module, code, site->addr};
	struct ct_patch_request request = {
	    .addr = site->addr,
	    .enter = agent->info.enter,
	    .index = site->index,
	    .is_target = code && code->branches ? is_target : NULL,
	    .is_target_arg = &targets,
	    .body = body_of,
	    .find_room = find_room};
	measure(code, module, &request);
	if (!request.function_size) {
		ct_session_refuse_hook(session, site->addr, no_size);
		return no_size;
	}
	struct ct_error *err = NULL;
	if (!session->now->pads)
		err = ct_pads_create(session->now->pid, &session->now->pads);
	if (!err)
		err = ct_pads_reserve(session->now->pads, tid, site->addr,
				      CT_HOOK_PAD_MAX, &pad);
	if (err) {
		ct_error_destroy(err);
		return "there is no room beside its code";
	}
	request.pad = pad;
	const char *reason = ct_patch_prepare(&access, &request, &site->patch);
	if (reason) /* it will not be otherwise */
		ct_session_refuse_hook(session, site->addr, reason);
	else
		reason = check_memory(session, &site->patch);
	if (!reason && !ct_session_is_fresh(session, site->addr) &&
	    is_somebody_inside(session, &site->patch))
		reason = is_inside;
	ct_pads_give_back(session->now->pads,
			  reason ? pad : pad + site->patch.relocation.pad_size);
	return reason;
}

static const char *apply(struct ct_session *session, struct ct_patch *patch)
{
	struct ct_patch_access access = access_of(session);
	struct ct_error *err = ct_patch_apply(&access, patch);
	if (!err)
		return NULL;
	const char *reason =
	    ct_arena_strdup(&session->arena, ct_error_message(err));
	ct_error_destroy(err);
	return reason ? reason : "its code cannot be written";
}

static const char *hook_entry(struct ct_session *session, pid_t tid,
			      struct ct_agent_site *site, struct ct_hook *hook)
{
	const char *reason = prepare_entry(session, tid, site);
	if (reason)
		return reason;
	hook->addr = site->addr;
	hook->trampoline = ct_patch_trampoline(&site->patch);
	return apply(session, &site->patch);
}

/* ---- those that were hooked before */

/* It is let go; its pad and its row are good for another time. */
static void retire(struct ct_agent *agent, struct ct_agent_site *site)
{
	struct ct_agent_site *old = NULL;
	if (site->pad_to) {
		free(site);
		return;
	}
	HASH_REPLACE(hh, agent->retired, addr, sizeof(site->addr), site, old);
	free(old);
}

/* Calls that are open have been recorded by what the row says: another plan
 * takes another row. */
static struct ct_agent_site *take_retired(struct ct_session *session,
					  uint64_t addr,
					  const struct ct_watch *watch)
{
	struct ct_agent *agent = session->now->agent;
	struct ct_agent_site *site;
	HASH_FIND(hh, agent->retired, &addr, sizeof(addr), site);
	if (!site)
		return NULL;
	const struct ct_hook *hooks =
	    ct_region_at(session->region, agent->shared->hooks);
	const struct ct_hook *hook = &hooks[site->index];
	const struct ct_target *target = watch ? watch->target : NULL;
	if (hook->target != ct_region_ref(session->region, target) ||
	    hook->plan != (target ? target->plan : 0) ||
	    (watch && hook->signature != watch->signature_index))
		return NULL;
	HASH_DEL(agent->retired, site);
	return site;
}

static const char *hook_again(struct ct_session *session,
			      struct ct_agent_site *site, uint32_t flags)
{
	const uint32_t by_plan =
	    CT_HOOK_ENTRY_FP | CT_HOOK_RESULT_FP | CT_HOOK_RESULT_X87;
	struct ct_agent *agent = session->now->agent;
	struct ct_hook *hooks =
	    ct_region_at(session->region, agent->shared->hooks);
	struct ct_hook *hook = &hooks[site->index];
	const char *reason = check_memory(session, &site->patch);
	if (!reason && is_somebody_inside(session, &site->patch))
		reason = is_inside;
	if (!reason)
		reason = apply(session, &site->patch);
	if (reason) {
		retire(agent, site);
		return reason;
	}
	hook->flags = flags | (hook->flags & by_plan);
	hook->fast = 0;
	site->wanted = true;
	HASH_ADD(hh, agent->sites, addr, sizeof(site->addr), site);
	return NULL;
}

void ct_agent_forget_retired(struct ct_agent *agent, uint64_t low,
			     uint64_t high)
{
	struct ct_agent_site *site, *next;
	HASH_ITER (hh, agent->retired, site, next) {
		if (site->addr - low >= high - low)
			continue;
		HASH_DEL(agent->retired, site);
		free(site);
	}
}

/* ---- pads */

static const char *hook_pad(struct ct_session *session, pid_t tid,
			    struct ct_agent_site *site, struct ct_hook *hook)
{
	uint8_t code[LEAD_SIZE] = {0x68, 0, 0, 0, 0, 0xff, 0x25, 0, 0, 0, 0};
	uint64_t lead;
	hook->addr = site->addr;
	hook->trampoline = site->pad_to;
	memcpy(code + 1, &site->index, 4);
	memcpy(code + PUSH_SIZE + 6, &session->now->agent->info.enter, 8);
	struct ct_error *err = ct_pads_add_code(session->now->pads, tid, code,
						sizeof(code), &lead);
	if (!err)
		err = ct_pads_lead(session->now->pid, site->addr, lead);
	if (!err)
		return NULL;
	ct_error_destroy(err);
	return "its pad cannot be written";
}

/* ---- hooks */

static uint32_t flags_of(struct ct_session *session,
			 const struct ct_watch *watch,
			 const struct ct_place_entry *place)
{
	const struct ct_plan *plan = watch->plan;
	uint32_t flags = ct_agent_decision_flags(session, watch);
	/* One that does not return is open until the program ends, or a jump
	 * leaves it. */
	if (!watch->returns_twice)
		flags |= CT_HOOK_RETURNS;
	if (watch->sets_errno && plan->result_size && !plan->result_uses_fp)
		flags |= CT_HOOK_SETS_ERRNO;
	if (place->pad_to)
		flags |= CT_HOOK_ANYWHERE;
	if (ct_watch_is_programs_own(watch))
		flags |= CT_HOOK_PROGRAM;
	return flags;
}

static uint32_t function_flags(const struct ct_watch *watch)
{
	return (ct_type_is_variadic(watch->type) ? CT_AGENT_VARIADIC : 0) |
	       (watch->source == CT_PROTOTYPE_GUESSED ? CT_AGENT_GUESSED : 0);
}

/* What the agent has to know of, whether it is traced or not: memory that goes
 * away, signal stacks, which are known for as long, and system calls that are
 * not allowed any more. */
static const struct {
	const char *symbol;
	uint32_t flags;
} always[] = {
    {"munmap", CT_HOOK_UNMAPS},
    {"mprotect", CT_HOOK_UNMAPS},
    {"mremap", CT_HOOK_UNMAPS},
    {"brk", CT_HOOK_UNMAPS},
    {"shmdt", CT_HOOK_UNMAPS},
    {"sigaltstack", CT_HOOK_UNMAPS},
    {"prctl", CT_HOOK_PRCTL},
    {"seccomp", CT_HOOK_SECCOMP},
    {"syscall", CT_HOOK_SYSCALL},
    {"mlockall", CT_HOOK_LOCKS},
    {"clone", CT_HOOK_CLONES},
    {"vfork", CT_HOOK_SPAWNS},
    {"posix_spawn", CT_HOOK_SPAWNS | CT_HOOK_RETURNS},
    {"posix_spawnp", CT_HOOK_SPAWNS | CT_HOOK_RETURNS},
};
#define ALWAYS (sizeof(always) / sizeof(*always))

static uint32_t always_flags(const struct ct_watch *watch)
{
	for (size_t i = 0; i < ALWAYS; i++)
		if (watch->module->is_system &&
		    !strcmp(watch->symbol, always[i].symbol))
			return always[i].flags;
	return 0;
}

const char *ct_agent_hook(struct ct_session *session, pid_t tid,
			  const struct ct_place_entry *place)
{
	struct ct_agent *agent = session->now->agent;
	struct ct_watch *watch = place->watch;
	uint32_t flags = flags_of(session, watch, place) | always_flags(watch);
	struct ct_agent_site *site =
	    place->pad_to ? NULL : take_retired(session, place->addr, watch);
	if (site) {
		site->watch = watch;
		return hook_again(session, site, flags);
	}
	site = calloc(1, sizeof(*site));
	struct ct_hook *hook =
	    site ? ct_agent_add_hook(
		       session->region, agent->shared,
		       ct_region_ref(session->region, watch->target),
		       watch->plan, watch->signature_index, flags,
		       function_flags(watch))
		 : NULL;
	if (!hook) {
		free(site);
		return "there are too many hooks";
	}
	site->addr = place->addr;
	site->watch = watch;
	site->pad_to = place->pad_to;
	site->index = ct_agent_hook_index(session->region, agent->shared, hook);
	const char *reason = place->pad_to
				 ? hook_pad(session, tid, site, hook)
				 : hook_entry(session, tid, site, hook);
	if (reason) {
		agent->shared->hook_count = site->index;
		free(site);
		return reason;
	}
	site->wanted = true;
	HASH_ADD(hh, agent->sites, addr, sizeof(site->addr), site);
	return NULL;
}

bool ct_agent_unhook(struct ct_session *session, struct ct_agent_site *site)
{
	struct ct_agent *agent = session->now->agent;
	struct ct_patch_access access = access_of(session);
	struct ct_error *err = NULL;
	if (site->pad_to)
		err = ct_pads_lead(session->now->pid, site->addr, site->pad_to);
	else
		err = ct_patch_remove(&access, &site->patch);
	if (err) {
		struct ct_hook *hooks =
		    ct_region_at(session->region, agent->shared->hooks);
		/* Its calls until now are still the target's. */
		ct_drain_count_calls(agent->drain);
		hooks[site->index].target = 0;
		ct_region_note_change(session->region);
		ct_session_trouble(session, err);
		return false;
	}
	HASH_DEL(agent->sites, site);
	retire(agent, site);
	return true;
}

/* ---- children */

void ct_agent_clean_child(struct ct_session *session,
			  const struct ct_agent *parent)
{
	struct ct_patch_access access = access_of(session);
	for (const struct ct_agent_site *site = parent->sites; site;
	     site = site->hh.next) {
		struct ct_patch patch = site->patch;
		if (!ct_agent_is_there(session, site))
			continue; /* its library was unloaded */
		struct ct_error *err =
		    site->pad_to ? ct_pads_lead(session->now->pid, site->addr,
						site->pad_to)
				 : ct_patch_remove(&access, &patch);
		ct_session_trouble(session, err);
	}
}

/* ---- what the agent has to know of */

static void hook_always(struct ct_session *session, pid_t tid, uint64_t addr,
			uint32_t flags)
{
	struct ct_agent *agent = session->now->agent;
	struct ct_agent_site *site;
	HASH_FIND(hh, agent->sites, &addr, sizeof(addr), site);
	if (site) {
		site->wanted = true;
		return;
	}
	site = take_retired(session, addr, NULL);
	if (site) {
		site->watch = NULL;
		hook_again(session, site, flags);
		return;
	}
	site = calloc(1, sizeof(*site));
	struct ct_hook *hook =
	    site ? ct_agent_add_hook(session->region, agent->shared, 0, NULL, 0,
				     flags, 0)
		 : NULL;
	if (hook) {
		site->addr = addr;
		site->wanted = true;
		site->index =
		    ct_agent_hook_index(session->region, agent->shared, hook);
	}
	/* Without it, what has been seen to be there is believed a little
	 * longer. */
	if (!hook || hook_entry(session, tid, site, hook)) {
		if (hook)
			agent->shared->hook_count = site->index;
		free(site);
		return;
	}
	HASH_ADD(hh, agent->sites, addr, sizeof(site->addr), site);
}

void ct_agent_hook_always(struct ct_session *session, pid_t tid)
{
	struct ct_module *module;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++) {
		if (!module->is_mapped || !module->is_system)
			continue;
		for (size_t j = 0; j < ALWAYS; j++) {
			size_t count = 0;
			const struct ct_symbol *const *symbols;
			struct ct_error *err = ct_image_symbols_named(
			    module->image, always[j].symbol, &count, &symbols);
			struct ct_place_entry *place;
			if (err || !count || !symbols[0]->is_defined) {
				ct_error_destroy(err);
				continue;
			}
			uint64_t addr = symbols[0]->addr + module->bias;
			HASH_FIND(hh, session->now->places, &addr, sizeof(addr),
				  place);
			if (!place)
				hook_always(session, tid, addr,
					    always[j].flags);
		}
	}
}
