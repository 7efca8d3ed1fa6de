/* SPDX-License-Identifier: MIT */
/*
 * Which places the agent can have, and what has to be known there.
 *
 * A call that only GDB's side can decide (a mock asks its script, or raises in
 * Python) costs a stop wherever it is met; others of its function do not, in
 * the agent.
 */
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "decide/filter.h"
#include "image/image.h"
#include "session/agent.h"
#include "session/stand_in.h"

/* Who find out by their return address who has called them: that would be the
 * agent. */
static const char *const by_caller[] = {"dlopen",
					"dlmopen",
					"dlsym",
					"dlvsym",
					"_dl_mcount",
					"_mcount",
					"mcount",
					"__fentry__",
					"__cyg_profile_func_enter",
					"__cyg_profile_func_exit"};

/* Who remember the frame that they return to, for later. */
static const char *const by_frame[] = {"getcontext", "__getcontext", "savectx"};

static bool is_named(const struct ct_watch *watch, const char *const *names,
		     size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(watch->symbol, names[i]))
			return true;
	return false;
}

static bool names_caller(struct ct_session *session, ct_ref filter)
{
	const struct ct_filter *compiled =
	    ct_region_at(session->region, filter);
	return compiled && compiled->flags & CT_FILTER_USES_CALLER;
}

static uint32_t flags_of_mocks(struct ct_session *session, ct_ref first)
{
	const struct ct_mock *mock;
	uint32_t flags = 0;
	for (ct_ref ref = first; ref; ref = mock->next) {
		mock = ct_region_at(session->region, ref);
		if (mock->caller || names_caller(session, mock->filter))
			flags |= CT_HOOK_CALLERS;
		if (mock->thread)
			flags |= CT_HOOK_NUMBERS;
	}
	return flags;
}

static uint32_t flags_of_rules(struct ct_session *session, ct_ref first)
{
	const struct ct_rule *rule;
	for (ct_ref ref = first; ref; ref = rule->next) {
		rule = ct_region_at(session->region, ref);
		if (rule->caller)
			return CT_HOOK_CALLERS;
	}
	return 0;
}

static bool is_monitored(const struct ct_watch *watch)
{
	return watch->monitor && watch->monitor->state != CT_MONITOR_OFF;
}

uint32_t ct_agent_decision_flags(struct ct_session *session,
				 const struct ct_watch *watch)
{
	const struct ct_target *target = watch->target;
	uint32_t flags =
	    names_caller(session, target->filter) ? CT_HOOK_CALLERS : 0;
	if (target->flags & CT_TARGET_NEIGHBOUR)
		flags |= CT_HOOK_MEANT;
	if (is_monitored(watch) && ct_session_may_stand_in(session, watch))
		flags |= CT_HOOK_GIVES;
	if (target->owner)
		target = ct_region_at(session->region, target->owner);
	return flags | flags_of_mocks(session, target->mocks.first) |
	       flags_of_mocks(session, target->standing.first) |
	       flags_of_mocks(session, target->failing.mock) |
	       flags_of_rules(session, target->first_rule);
}

/* Its calls are counted, and may fail; some have more done to them. */
static const char *refuse_monitored(const struct ct_watch *watch)
{
	if (!is_monitored(watch))
		return NULL;
	if (ct_watch_looks_up(watch))
		return "it is monitored, and lists are looked after";
	/* Linked into the program, as its library. */
	if (watch->of_main && !ct_watch_is_programs_own(watch))
		return "it is monitored, and line tables say whose calls are";
	return NULL;
}

/* What is not known may be looked for in any register. */
static bool guesses_results(struct ct_session *session,
			    const struct ct_watch *watch)
{
	const struct ct_target *target = watch->target;
	if (target->owner)
		target = ct_region_at(session->region, target->owner);
	return watch->source == CT_PROTOTYPE_GUESSED &&
	       (target->mocks.first || target->standing.first ||
		target->failing.mock);
}

/* `step` takes a thread that has come to the function to be in it, and waits
 * behind its prologue. */
static bool returns_at_once(struct ct_session *session,
			    const struct ct_watch *watch)
{
	const struct ct_target *target = watch->target;
	if (target->owner)
		target = ct_region_at(session->region, target->owner);
	return target->mocks.first || target->standing.first ||
	       target->failing.mask;
}

static const char *refuse_watch(struct ct_session *session,
				const struct ct_watch *watch)
{
	if (watch->starts || watch->ends)
		return "the sandbox begins or ends there";
	if (watch->module->is_loader)
		return "it is the dynamic linker's";
	if (is_named(watch, by_caller, sizeof(by_caller) / sizeof(*by_caller)))
		return "it looks at who has called it";
	if (is_named(watch, by_frame, sizeof(by_frame) / sizeof(*by_frame)))
		return "it remembers the frame that has called it";
	if (guesses_results(session, watch))
		return "what a mock of it returns is guessed";
	if (session->steps && returns_at_once(session, watch))
		return "the user steps, and its mocks return at once";
	const char *walker = ct_agent_refuse_walker(watch);
	return walker ? walker : refuse_monitored(watch);
}

static const struct ct_refused *find_refused(const struct ct_session *session,
					     uint64_t addr)
{
	struct ct_refused *refused;
	HASH_FIND(hh, session->now->refused, &addr, sizeof(addr), refused);
	return refused;
}

const char *ct_agent_refusal(struct ct_session *session,
			     const struct ct_place_entry *place)
{
	const struct ct_refused *refused = find_refused(session, place->addr);
	if (!session->wants_agent)
		return "the user steps, or has breakpoints, or wants it so";
	if (refused)
		return refused->reason;
	if (place->is_jump || place->is_catch || place->is_ffi_call ||
	    place->is_open || place->wrapper)
		return "GDB has to see its calls itself";
	if (session->now->has_many_ffis)
		return "there are many copies of libffi";
	return refuse_watch(session, place->watch);
}

void ct_session_refuse_hook(struct ct_session *session, uint64_t addr,
			    const char *reason)
{
	struct ct_refused *refused;
	HASH_FIND(hh, session->now->refused, &addr, sizeof(addr), refused);
	if (refused || !(refused = calloc(1, sizeof(*refused))))
		return;
	refused->addr = addr;
	refused->reason = ct_arena_strdup(&session->arena, reason);
	HASH_ADD(hh, session->now->refused, addr, sizeof(addr), refused);
}

void ct_session_forget_refused(struct ct_session *session)
{
	struct ct_refused *refused, *next;
	HASH_ITER (hh, session->now->refused, refused, next) {
		HASH_DEL(session->now->refused, refused);
		free(refused);
	}
}

bool ct_session_keeps_any(const struct ct_session *session, uint64_t low,
			  uint64_t high)
{
	for (const struct ct_kept *kept = session->kept; kept;
	     kept = kept->hh.next)
		if (kept->addr - low < high - low)
			return true;
	return false;
}

/* ---- all places */

static bool are_all_stopped(pid_t pid)
{
	CT_AUTO_FREE pid_t *tids = NULL;
	size_t count = 0;
	struct ct_error *err = ct_process_read_tids(pid, &tids, &count);
	bool stopped = !err;
	for (size_t i = 0; stopped && i < count; i++)
		stopped = ct_process_is_stopped(tids[i]);
	ct_error_destroy(err);
	return stopped;
}

static struct ct_agent_site *find_site(const struct ct_agent *agent,
				       uint64_t addr)
{
	struct ct_agent_site *site;
	HASH_FIND(hh, agent->sites, &addr, sizeof(addr), site);
	return site;
}

/* Whether a hook does what it would do if it were made now. */
static bool is_current(struct ct_session *session,
		       const struct ct_agent_site *site,
		       const struct ct_place_entry *place)
{
	const struct ct_hook *hooks =
	    ct_region_at(session->region, session->now->agent->shared->hooks);
	const struct ct_hook *hook = &hooks[site->index];
	const struct ct_watch *watch = place->watch;
	return hook->target == ct_region_ref(session->region, watch->target) &&
	       hook->plan == watch->target->plan &&
	       hook->signature == watch->signature_index &&
	       site->pad_to == place->pad_to &&
	       !ct_agent_keeps(session, &site->patch);
}

/* The library of a hook may be gone, or be another one by now. */
bool ct_agent_is_there(const struct ct_session *session,
		       const struct ct_agent_site *site)
{
	const struct ct_relocation *relocation = &site->patch.relocation;
	uint8_t memory[CT_HOOK_PATCH_MAX];
	size_t size = relocation->patch_size;
	return !site->patch.applied ||
	       (ct_process_read(session->now->pid, site->addr, memory, size) ==
		    size &&
		!memcmp(memory, relocation->patch, size));
}

/* Mocks and filters have changed, perhaps. */
static void set_flags(struct ct_session *session,
		      const struct ct_agent_site *site)
{
	const uint32_t all =
	    CT_HOOK_CALLERS | CT_HOOK_NUMBERS | CT_HOOK_MEANT | CT_HOOK_GIVES;
	struct ct_hook *hooks =
	    ct_region_at(session->region, session->now->agent->shared->hooks);
	struct ct_hook *hook = &hooks[site->index];
	hook->flags = (hook->flags & ~all) |
		      ct_agent_decision_flags(session, site->watch);
	ct_region_note_change(session->region);
}

static void forget_lost_sites(struct ct_session *session)
{
	struct ct_agent_site *site, *next;
	struct ct_agent *agent = session->now->agent;
	HASH_ITER (hh, agent->sites, site, next) {
		if (ct_agent_is_there(session, site))
			continue;
		HASH_DEL(agent->sites, site);
		free(site);
	}
}

/* Those that are to stay are wanted; the others go first, since their code may
 * be hooked anew. */
static void mark_sites(struct ct_session *session, bool stopped)
{
	struct ct_agent_site *site, *next;
	struct ct_agent *agent = session->now->agent;
	HASH_ITER (hh, agent->sites, site, next)
		site->wanted = !site->watch;
	for (struct ct_place_entry *place = session->now->places; place;
	     place = place->hh.next) {
		if (!place->watch)
			continue;
		place->watch->unhooked = ct_agent_refusal(session, place);
		site = find_site(agent, place->addr);
		if (!site || place->watch->unhooked)
			continue;
		site->wanted = is_current(session, site, place);
		if (site->wanted)
			set_flags(session, site);
	}
	HASH_ITER (hh, agent->sites, site, next)
		if (!site->wanted && stopped)
			ct_agent_unhook(session, site);
}

/* Those of nobody's, which serve the others. */
static void unhook_rest(struct ct_session *session)
{
	struct ct_agent_site *site, *next;
	HASH_ITER (hh, session->now->agent->sites, site, next)
		if (!site->watch)
			ct_agent_unhook(session, site);
}

static void hook_place(struct ct_session *session, pid_t tid,
		       struct ct_place_entry *place, bool stopped)
{
	place->hooked = find_site(session->now->agent, place->addr) != NULL;
	if (place->hooked || place->watch->unhooked)
		return;
	bool fresh =
	    !place->pad_to && ct_session_is_fresh(session, place->addr);
	place->watch->unhooked = stopped || fresh
				     ? ct_agent_hook(session, tid, place)
				     : "other threads were running";
	place->hooked = !place->watch->unhooked;
	session->now->is_postponed |=
	    !place->hooked && !find_refused(session, place->addr);
}

bool ct_session_is_postponed(const struct ct_session *session, pid_t pid)
{
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		if (tracee->pid == pid)
			return tracee->agent && tracee->is_postponed;
	return false;
}

/* The program and its dynamic linker are all there is: none of the program's
 * code has run, nor will until more is mapped. */
static bool is_at_start(struct ct_session *session)
{
	const struct ct_module *module = ct_program_module(session->program, 0);
	if (session->now->settled || !module ||
	    !ct_image_interpreter(module->image))
		return false;
	for (size_t i = 1; (module = ct_program_module(session->program, i));
	     i++)
		if (module->is_mapped && !module->is_loader && !module->is_musl)
			return false;
	return true;
}

/* Without an agent, all are GDB's; unless it will be there in a moment, and
 * finds no breakpoints. */
static void leave_places(struct ct_session *session)
{
	bool waits = session->wants_agent && is_at_start(session);
	for (struct ct_place_entry *place = session->now->places; place;
	     place = place->hh.next)
		place->hooked = waits;
	for (size_t i = 0; i < session->watch_count; i++)
		session->watches[i]->unhooked =
		    session->wants_agent ? session->agent_problem : NULL;
}

struct ffis {
	struct ct_agent_range ranges[CT_AGENT_FFI_RANGES];
	size_t count;
};

static void add_ffi(struct ffis *ffis, uint64_t low, uint64_t high)
{
	if (ffis->count < CT_AGENT_FFI_RANGES)
		ffis->ranges[ffis->count] = (struct ct_agent_range){low, high};
	ffis->count++;
}

/* By its name, where that is known. */
static bool add_ffi_part(struct ffis *ffis, const struct ct_module *module,
			 const char *name)
{
	size_t count = 0;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(module->image, name, &count, &symbols);
	if (err || !count || !symbols[0]->is_defined || !symbols[0]->size) {
		ct_error_destroy(err);
		return false;
	}
	uint64_t low = symbols[0]->addr + module->bias;
	add_ffi(ffis, low, low + symbols[0]->size);
	return true;
}

/*
 * Who calls from there says what it passes, and GDB's side asks it.  In a file
 * with more than libffi in it, two functions of assembly make the calls, one
 * for each ABI.
 */
static void tell_ffis(struct ct_session *session)
{
	struct ct_tracee *now = session->now;
	struct ffis ffis = {0};
	for (struct ct_place_entry *place = now->places; place;
	     place = place->hh.next) {
		const struct ct_module *module =
		    place->is_ffi_call
			? ct_program_module_at(session->program, place->addr)
			: NULL;
		if (!module)
			continue;
		if (add_ffi_part(&ffis, module, "ffi_call_unix64"))
			add_ffi_part(&ffis, module, "ffi_call_win64");
		else
			add_ffi(&ffis, module->start, module->end);
	}
	now->has_many_ffis = ffis.count > CT_AGENT_FFI_RANGES;
	memcpy(now->agent->shared->ffi, ffis.ranges, sizeof(ffis.ranges));
}

void ct_session_hook_places(struct ct_session *session, pid_t tid)
{
	struct ct_tracee *now = session->now;
	struct ct_place_entry *place;
	bool any = false;
	ct_session_find_fresh(session, tid);
	if (!now->agent) {
		leave_places(session);
		return;
	}
	tell_ffis(session);
	now->agent->shared->scanned = ct_agent_is_scanned(session->program);
	now->is_postponed = false;
	bool stopped = are_all_stopped(now->pid);
	forget_lost_sites(session);
	mark_sites(session, stopped);
	for (place = now->places; place; place = place->hh.next) {
		if (!place->watch)
			continue;
		hook_place(session, tid, place, stopped);
		any |= place->hooked;
	}
	if (any && stopped)
		ct_agent_hook_always(session, tid);
	else if (stopped)
		unhook_rest(session);
}
