/* SPDX-License-Identifier: MIT */
/* The life of the agent in one process: found, attached, told what it cannot
 * know by itself, and its end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/loading.h"
#include "ctester/process.h"
#include "process/faults.h"
#include "session/agent.h"
#include "session/detour.h"

enum {
	SETTLE_STEPS = 500, /* instructions, before another thread has them */
	SETTLE_ROUNDS = 200,
};

static void destroy(struct ct_agent *agent)
{
	struct ct_agent_site *site, *next;
	HASH_ITER (hh, agent->sites, site, next) {
		HASH_DEL(agent->sites, site);
		free(site);
	}
	ct_agent_forget_retired(agent, 0, UINT64_MAX);
	ct_agent_forget_code(agent);
	ct_agent_forget_vdso(agent);
	ct_drain_destroy(agent->drain);
	free(agent);
}

/* Memory of the size that is wanted: of a program that is gone, or new. */
static struct ct_error *take_memory(struct ct_session *session,
				    struct ct_agent_shared **ret)
{
	const struct ct_agent_options options = {
	    .mode = session->ring_mode,
	    .ring_size = session->ring_size,
	    .started_ns = session->started_ns};
	for (size_t i = 0; i < CT_SPARE_AGENTS; i++) {
		struct ct_spare *spare = &session->spares[i];
		struct ct_agent_shared *shared =
		    ct_region_at(session->region, spare->shared);
		if (!shared || spare->ring_size != session->ring_size)
			continue;
		spare->shared = 0;
		ct_agent_memory_reset(session->region, shared,
				      session->started_ns);
		shared->ring_mode = session->ring_mode;
		*ret = shared;
		return NULL;
	}
	return ct_agent_memory_create(session->region, &options, ret);
}

/* The program that had it is gone. */
static void give_memory_back(struct ct_session *session,
			     const struct ct_agent *agent)
{
	for (size_t i = 0; i < CT_SPARE_AGENTS; i++) {
		struct ct_spare *spare = &session->spares[i];
		if (spare->shared && spare->ring_size == session->ring_size)
			continue;
		spare->shared = ct_region_ref(session->region, agent->shared);
		spare->ring_size = agent->ring_size;
		return;
	}
}

/* That of the process that has forked this one. */
static const struct ct_agent *find_parent(const struct ct_session *session,
					  const struct ct_agent_info *info)
{
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		if (tracee->agent && tracee != session->now &&
		    tracee->agent->info.region == info->region &&
		    tracee->agent->info.text == info->text)
			return tracee->agent;
	return NULL;
}

/* Without it, a page that goes away while it is read is the program's end,
 * which is rare. */
static bool watch_faults(const struct ct_agent *agent)
{
	const struct ct_agent_info *info = &agent->info;
	const struct ct_faults faults = {agent->pid, info->text, info->text_end,
					 info->faults, info->faults_end};
	struct ct_error *err = ct_faults_watch(&faults);
	bool watches = !err;
	ct_error_destroy(err);
	return watches;
}

/* ---- its own system calls, which are none of the program's */

/* With more programs than that, those of some are seen. */
static void note_text(struct ct_session *session, const struct ct_agent *agent)
{
	for (size_t i = 0; i < CT_AGENT_TEXTS; i++) {
		struct ct_agent_text *text = &session->agent_texts[i];
		if (text->pid)
			continue;
		text->low = agent->info.text;
		text->high = agent->info.text_end;
		text->pid = agent->pid;
		return;
	}
}

static void forget_text(struct ct_session *session, pid_t pid)
{
	for (size_t i = 0; i < CT_AGENT_TEXTS; i++)
		if (session->agent_texts[i].pid == pid)
			session->agent_texts[i].pid = 0;
}

bool ct_session_is_agents_call(const struct ct_session *session, pid_t pid,
			       uint64_t pc)
{
	for (size_t i = 0; i < CT_AGENT_TEXTS; i++) {
		const struct ct_agent_text *text = &session->agent_texts[i];
		if (text->pid == pid && pc - text->low < text->high - text->low)
			return true;
	}
	return false;
}

static struct ct_error *attach(struct ct_session *session, pid_t tid,
			       struct ct_agent_info *info)
{
	const struct ct_agent *parent =
	    info->region ? find_parent(session, info) : NULL;
	if (parent) {
		ct_agent_clean_child(session, parent);
		info->region = 0;
	}
	struct ct_agent *agent = calloc(1, sizeof(*agent));
	if (!agent)
		return &ct_enomem;
	agent->pid = session->now->pid;
	agent->info = *info;
	struct ct_error *err = take_memory(session, &agent->shared);
	agent->ring_size = session->ring_size;
	if (!err)
		err = ct_drain_create(session->region, agent->shared,
				      session->numbers, &agent->drain);
	if (!err)
		err = ct_agent_attach(
		    session->now->pid, tid, &agent->info, session->region_fd,
		    session->region->size,
		    ct_region_ref(session->region, agent->shared));
	if (err) {
		destroy(agent);
		return err;
	}
	ct_session_first_stack(session, &agent->shared->stack.low,
			       &agent->shared->stack.high);
	agent->shared->recovers = watch_faults(agent);
	ct_agent_forget_callers(session, agent);
	agent->shared->armed = 1;
	session->now->agent = agent;
	note_text(session, agent);
	session->agent_was = (struct ct_agent_code_range){
	    info->text, info->text_end, info->returned};
	return NULL;
}

static struct ct_error *find_and_attach(struct ct_session *session, pid_t tid)
{
	struct ct_agent_info info;
	uint64_t addr;
	struct ct_error *err = ct_agent_find(session->now->pid, &addr, &info);
	return err || !addr ? err : attach(session, tid, &info);
}

static struct ct_agent_range range_of(const struct ct_module *module)
{
	return (struct ct_agent_range){module->start, module->end};
}

/* Where calls are from. */
static void tell_ranges(struct ct_session *session,
			struct ct_agent_shared *shared)
{
	const struct ct_module *main = ct_program_module(session->program, 0);
	const struct ct_module *module;
	size_t count = 0;
	shared->program = main ? range_of(main) : (struct ct_agent_range){0, 0};
	for (size_t i = 1; (module = ct_program_module(session->program, i)) &&
			   count < CT_AGENT_SYSTEM_RANGES;
	     i++)
		if (module->is_mapped &&
		    (module->is_system || module->is_loader))
			shared->system[count++] = range_of(module);
}

static void tell_facts(struct ct_session *session)
{
	struct ct_tracee *now = session->now;
	struct ct_agent_shared *shared = now->agent->shared;
	tell_ranges(session, shared);
	shared->errno_offset = now->errno_offset;
	shared->errno_known = now->errno_known;
	shared->is_python = ct_session_is_python(session);
	ct_region_note_change(session->region);
}

/* The library is there, but its addresses are not: it will be seen again. */
static bool is_being_linked(struct ct_session *session)
{
	return !session->now->settled && !session->now->agent;
}

void ct_session_attach_agent(struct ct_session *session, pid_t tid)
{
	struct ct_tracee *now = session->now;
	if (!now->agent && session->wants_agent) {
		struct ct_error *err = find_and_attach(session, tid);
		if (err && !is_being_linked(session))
			session->agent_problem = ct_arena_strdup(
			    &session->arena, ct_error_message(err));
		ct_error_destroy(err);
		/* Everything is relocated, when this library is; but a kit is
		 * armed when the program has begun. */
		now->settled = now->settled ||
			       (now->agent && !ct_session_expects_kit(session));
	}
	if (now->agent)
		tell_facts(session);
}

void ct_session_set_agent_problem(struct ct_session *session,
				  const char *problem)
{
	session->agent_problem =
	    problem ? ct_arena_strdup(&session->arena, problem) : NULL;
}

/* What the trace has not got of the program that has ended. */
static void tell_losses(struct ct_session *session,
			const struct ct_agent *agent)
{
	uint64_t lost = ct_drain_lost(agent->drain);
	uint64_t unseen = ct_drain_unseen(agent->drain);
	char text[160];
	session->lost += lost + unseen;
	if (lost && agent->shared->ring_mode == CT_RING_FLIGHT)
		snprintf(text, sizeof(text),
			 "%llu earlier calls were forgotten: only the last "
			 "ones are kept",
			 (unsigned long long)lost);
	else if (lost)
		snprintf(text, sizeof(text),
			 "%llu calls were not recorded: the ring was full",
			 (unsigned long long)lost);
	if (lost)
		ct_session_note(session, text);
	if (unseen) {
		snprintf(text, sizeof(text),
			 "%llu calls were not seen: in signal handlers that "
			 "interrupted the agent, or in too many threads",
			 (unsigned long long)unseen);
		ct_session_note(session, text);
	}
	if (agent->shared->quiet == CT_AGENT_GAVE_UP)
		ct_session_note(session,
				"the agent has seen no more calls since the "
				"program has a seccomp filter");
}

void ct_session_judge_agent(struct ct_session *session, int signal)
{
	const struct ct_agent *agent = session->now->agent;
	uint32_t calling = agent ? agent->shared->calling : 0;
	char text[160];
	if (signal != SIGSYS || !calling)
		return;
	snprintf(text, sizeof(text),
		 "a seccomp filter has killed the program for a system call of "
		 "the agent's (%u): set ctester engine breakpoint",
		 calling - 1);
	ct_session_note(session, text);
}

void ct_session_end_agent(struct ct_session *session, bool lives)
{
	struct ct_agent *agent = session->now->agent;
	if (!agent)
		return;
	ct_session_end_agent_threads(session, NULL, 0);
	/* Also of blocks that were nobody's just then. */
	ct_drain_count_calls(agent->drain);
	tell_losses(session, agent);
	session->now->agent = NULL;
	forget_text(session, agent->pid);
	if (!lives)
		give_memory_back(session, agent);
	destroy(agent);
}

/* ---- numbers */

bool ct_session_is_watching(const struct ct_session *session)
{
	for (size_t i = 0; i < session->watch_count; i++)
		if (session->watches[i]->target->flags & CT_TARGET_ACTIVE)
			return true;
	return false;
}

size_t ct_session_hook_count(const struct ct_session *session)
{
	size_t count = 0;
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		for (const struct ct_agent_site *site =
			 tracee->agent ? tracee->agent->sites : NULL;
		     site; site = site->hh.next)
			count += site->watch != NULL;
	return count;
}

static bool has_replaced(const struct ct_agent_site *site, uint64_t addr)
{
	const struct ct_relocation *relocation = &site->patch.relocation;
	const struct ct_room *room = &relocation->room;
	return addr - site->addr - relocation->kept <
		   relocation->patch_size - relocation->kept ||
	       (room->addr && addr - room->addr < CT_HOOK_ROOM);
}

bool ct_session_has_hook_at(const struct ct_session *session, uint64_t addr)
{
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		for (const struct ct_agent_site *site =
			 tracee->agent ? tracee->agent->sites : NULL;
		     site; site = site->hh.next)
			if (site->patch.applied && has_replaced(site, addr))
				return true;
	return false;
}

size_t ct_session_hook_size(const struct ct_session *session, uint64_t addr)
{
	const struct ct_agent *agent = session->now->agent;
	struct ct_agent_site *site = NULL;
	if (agent)
		HASH_FIND(hh, agent->sites, &addr, sizeof(addr), site);
	return site && site->patch.applied ? site->patch.relocation.patch_size
					   : 0;
}

size_t ct_session_hooks(const struct ct_session *session, uint64_t *addresses,
			uint32_t (*replaced)[2], size_t capacity)
{
	size_t count = 0;
	const struct ct_agent *agent = session->now->agent;
	for (const struct ct_agent_site *site = agent ? agent->sites : NULL;
	     site; site = site->hh.next) {
		if (!site->patch.applied)
			continue;
		if (count < capacity) {
			addresses[count] = site->addr;
			replaced[count][0] = site->patch.relocation.kept;
			replaced[count][1] = site->patch.relocation.patch_size;
		}
		count++;
	}
	return count;
}

/* ---- locks */

static bool has_decided(void *arg)
{
	const struct ct_agent_thread *thread = arg;
	return !ct_agent_is_deciding(thread);
}

/* Step all threads that decide, a little each; how many there are. */
static size_t step_deciders(struct ct_session *session,
			    const struct ct_tracee *tracee)
{
	const _Atomic ct_ref *threads = tracee->agent->shared->threads;
	size_t count = 0;
	for (size_t i = 0; i < CT_AGENT_THREADS_MAX && threads[i]; i++) {
		struct ct_agent_thread *thread =
		    ct_region_at(session->region, threads[i]);
		pid_t tid = thread->tid;
		/* One that runs has soon decided. */
		if (tid <= 0 || !ct_agent_is_deciding(thread) ||
		    !ct_process_is_stopped(tid))
			continue;
		count++;
		struct ct_error *err = ct_process_step_until(
		    tracee->pid, tid, SETTLE_STEPS, has_decided, thread);
		if (err) {
			ct_session_trouble(session, err);
			return 0;
		}
	}
	return count;
}

/* One of them may wait for the lock that another one has. */
void ct_session_settle_agents(struct ct_session *session)
{
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		for (int round = 0; tracee->agent && round < SETTLE_ROUNDS;
		     round++)
			if (!step_deciders(session, tracee))
				break;
}
