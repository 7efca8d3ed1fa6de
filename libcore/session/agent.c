/* SPDX-License-Identifier: MIT */
/* The life of the agent in one process: found, attached, told what it cannot
 * know by itself, and its end. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ctester/process.h"
#include "image/image.h"
#include "session/agent.h"

enum {
	SETTLE_STEPS = 20000
};

static const char library_name[] = "libctester-agent.so";

static struct ct_module *find_module(struct ct_session *session)
{
	struct ct_module *module;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++)
		if (module->is_mapped && !strcmp(module->name, library_name))
			return module;
	return NULL;
}

/* False while it is not relocated, or when it is another version's. */
static bool read_info(struct ct_session *session,
		      const struct ct_module *module, struct ct_agent_info *ret)
{
	size_t count = 0;
	const struct ct_symbol *const *symbols;
	struct ct_error *err = ct_image_symbols_named(
	    module->image, "ctester_agent", &count, &symbols);
	if (err || !count) {
		ct_error_destroy(err);
		return false;
	}
	return ct_process_read(session->now->pid,
			       symbols[0]->addr + module->bias, ret,
			       sizeof(*ret)) == sizeof(*ret) &&
	       ret->magic == CT_AGENT_MAGIC &&
	       ret->version == CT_AGENT_VERSION && ret->size == sizeof(*ret) &&
	       ret->attach - module->start < module->end - module->start;
}

/* The program opens the region as we have it; ret_fd is the program's. */
static struct ct_error *give_region(struct ct_session *session, pid_t tid,
				    int64_t *ret_fd)
{
	char path[64];
	uint64_t at;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(),
		 session->region_fd);
	struct ct_error *err =
	    ct_session_take_memory(session, tid, sizeof(path), &at);
	if (!err)
		err =
		    ct_process_write(session->now->pid, at, path, sizeof(path));
	const uint64_t args[6] = {(uint64_t)AT_FDCWD, at, O_RDWR | O_CLOEXEC};
	if (!err)
		err = ct_process_syscall(session->now->pid, tid, SYS_openat,
					 args, ret_fd);
	if (!err && *ret_fd < 0)
		err = ct_error_format(CT_ERROR_UNSUPPORTED,
				      "the program cannot open %s: %s", path,
				      strerror((int)-*ret_fd));
	return err;
}

static struct ct_error *call_attach(struct ct_session *session, pid_t tid,
				    struct ct_agent *agent)
{
	int64_t fd, closed;
	uint64_t result;
	struct ct_error *err = give_region(session, tid, &fd);
	if (err)
		return err;
	const uint64_t args[3] = {
	    (uint64_t)fd, session->region->size,
	    ct_region_ref(session->region, agent->shared)};
	err = ct_process_call(session->now->pid, tid, agent->info.attach, args,
			      3, 0, &result);
	const uint64_t close_args[6] = {(uint64_t)fd};
	struct ct_error *close_err = ct_process_syscall(
	    session->now->pid, tid, SYS_close, close_args, &closed);
	if (err) {
		ct_error_destroy(close_err);
		return err;
	}
	if ((int32_t)result)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "the agent cannot map the shared memory: %s",
		    strerror(-(int32_t)result));
	return close_err;
}

static void destroy(struct ct_agent *agent)
{
	struct ct_agent_site *site, *next;
	HASH_ITER (hh, agent->sites, site, next) {
		HASH_DEL(agent->sites, site);
		free(site);
	}
	ct_agent_forget_branches(agent);
	ct_drain_destroy(agent->drain);
	free(agent);
}

static struct ct_error *attach(struct ct_session *session, pid_t tid,
			       const struct ct_agent_info *info)
{
	struct ct_agent *agent = calloc(1, sizeof(*agent));
	if (!agent)
		return &ct_enomem;
	agent->pid = session->now->pid;
	agent->info = *info;
	const struct ct_agent_options options = {
	    .mode = session->ring_mode,
	    .ring_size = session->ring_size,
	    .started_ns = session->started_ns};
	struct ct_error *err =
	    ct_agent_memory_create(session->region, &options, &agent->shared);
	if (!err)
		err = ct_drain_create(session->region, agent->shared,
				      &agent->drain);
	if (!err)
		err = call_attach(session, tid, agent);
	if (err) {
		destroy(agent);
		return err;
	}
	agent->shared->armed = 1;
	session->now->agent = agent;
	return NULL;
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
}

void ct_session_attach_agent(struct ct_session *session, pid_t tid)
{
	struct ct_agent_info info;
	struct ct_module *module;
	if (!session->now->agent && session->wants_agent &&
	    (module = find_module(session)) &&
	    read_info(session, module, &info)) {
		struct ct_error *err = attach(session, tid, &info);
		if (err)
			session->agent_problem = ct_arena_strdup(
			    &session->arena, ct_error_message(err));
		else
			/* It is, when this library is. */
			session->now->settled = true;
		ct_error_destroy(err);
	}
	if (session->now->agent)
		tell_facts(session);
}

void ct_session_set_agent_problem(struct ct_session *session,
				  const char *problem)
{
	session->agent_problem =
	    problem ? ct_arena_strdup(&session->arena, problem) : NULL;
}

void ct_session_end_agent(struct ct_session *session)
{
	struct ct_agent *agent = session->now->agent;
	if (!agent)
		return;
	ct_session_end_agent_threads(session, NULL, 0);
	session->now->agent = NULL;
	destroy(agent);
}

/* ---- numbers */

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

bool ct_session_has_hook_at(const struct ct_session *session, uint64_t addr)
{
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		for (const struct ct_agent_site *site =
			 tracee->agent ? tracee->agent->sites : NULL;
		     site; site = site->hh.next)
			if (site->patch.applied &&
			    addr - site->addr - site->patch.relocation.kept <
				site->patch.relocation.patch_size -
				    site->patch.relocation.kept)
				return true;
	return false;
}

size_t ct_session_hooks(const struct ct_session *session, uint64_t *addresses,
			uint32_t *sizes, size_t capacity)
{
	size_t count = 0;
	const struct ct_agent *agent = session->now->agent;
	for (const struct ct_agent_site *site = agent ? agent->sites : NULL;
	     site; site = site->hh.next) {
		if (!site->patch.applied)
			continue;
		if (count < capacity) {
			addresses[count] = site->addr;
			sizes[count] = site->patch.relocation.patch_size;
		}
		count++;
	}
	return count;
}

/* ---- locks */

struct decision {
	struct ct_session *session;
	const struct ct_agent_shared *shared;
	pid_t tid;
};

static bool has_decided(void *arg)
{
	const struct decision *decision = arg;
	return ct_agent_deciding(decision->session->region, decision->shared) !=
	       decision->tid;
}

void ct_session_settle_agent(struct ct_session *session)
{
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next) {
		if (!tracee->agent)
			continue;
		struct decision decision = {session, tracee->agent->shared, 0};
		decision.tid =
		    ct_agent_deciding(session->region, decision.shared);
		/* One that runs has soon decided. */
		if (decision.tid && ct_process_is_stopped(decision.tid))
			ct_session_trouble(
			    session, ct_process_step_until(
					 tracee->pid, decision.tid,
					 SETTLE_STEPS, has_decided, &decision));
	}
}
