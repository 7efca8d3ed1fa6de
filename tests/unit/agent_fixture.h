/* SPDX-License-Identifier: MIT */
/*
 * The agent in the test's own process: its library is loaded, hooks are
 * written into the test's own functions, and the test plays GDB's side over
 * the shared memory as well.
 */
#ifndef TESTS_UNIT_AGENT_FIXTURE_H
#define TESTS_UNIT_AGENT_FIXTURE_H

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "value_fixture.h"

#include "agent/drain.h"
#include "agent/memory.h"
#include "agent/numbers.h"
#include "agent/patch.h"
#include "base/arena.h"
#include "decide/decide.h"

/* Bytes of shared memory, of which only those cost that are touched. */
#ifndef AGENT_REGION
#define AGENT_REGION (UINT64_C(256) << 20)
#endif

enum {
	AGENT_RECORDS = 4096,
	AGENT_PADS = 1 << 20,
	AGENT_ANY_SIZE = 256, /* bytes of a function, when nobody knows */
};

struct agent {
	struct ct_region *region;
	int fd;
	struct ct_agent_shared *shared;
	const struct ct_agent_info *info;
	struct ct_numbers *numbers;
	struct ct_drain *drain;
	struct ct_arena arena;
	uint8_t *pads;
	size_t pads_used;
	/* What was drained. */
	struct ct_record *records[AGENT_RECORDS];
	size_t count;
};

static struct agent agent;

#define AGENT_UNUSED __attribute__((unused))
/* Called as it stands, whatever the compiler knows of it. */
#ifdef __clang__
#define HOOKED __attribute__((noinline, optnone))
#else
#define HOOKED __attribute__((noipa))
#endif

static void fail_error(struct ct_error *err)
{
	if (err)
		fail_msg("%s", ct_error_message(err));
}

static const char *agent_path(void)
{
	static char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 64);
	assert_true(size > 0);
	path[size] = 0;
	strcpy(strrchr(path, '/'), "/../libctester-agent.so");
	return path;
}

static void agent_load(void)
{
	static void *library;
	if (!library)
		library =
		    dlopen(getenv("CTESTER_AGENT") ? getenv("CTESTER_AGENT")
						   : agent_path(),
			   RTLD_NOW);
	if (!library)
		fail_msg("%s", dlerror());
	agent.info = dlsym(library, "ctester_agent");
	assert_non_null(agent.info);
}

/* Pads near the test's code, where nothing else is. */
static void agent_map_pads(void)
{
	static uintptr_t near;
	if (!near)
		near = ((uintptr_t)agent_map_pads & ~0xfffull) + (64 << 20);
	for (int i = 0; i < 1024; i++) {
		near += AGENT_PADS; /* the last ones are still there */
		agent.pads = mmap((void *)near, AGENT_PADS,
				  PROT_READ | PROT_WRITE | PROT_EXEC,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (agent.pads == (void *)near)
			break;
		if (agent.pads != MAP_FAILED)
			munmap(agent.pads, AGENT_PADS);
	}
	assert_ptr_equal(agent.pads, near);
	agent.pads_used = 0;
}

/* How often it was called, whoever has counted that. */
AGENT_UNUSED static uint64_t agent_calls(const struct ct_target *target)
{
	ct_drain_count_calls(agent.drain);
	return target->counts.calls;
}

AGENT_UNUSED static void agent_start(struct ct_agent_options options)
{
	int (*attach)(int, uint64_t, ct_ref, uint64_t);
	agent_load();
	if (!agent.pads)
		agent_map_pads();
	fail_error(ct_region_create(AGENT_REGION, &agent.fd, &agent.region));
	fail_error(
	    ct_agent_memory_create(agent.region, &options, &agent.shared));
	fail_error(ct_numbers_create(agent.region, &agent.numbers));
	fail_error(ct_drain_create(agent.region, agent.shared, agent.numbers,
				   &agent.drain));
	ct_arena_init(&agent.arena);
	attach = (int (*)(int, uint64_t, ct_ref, uint64_t))agent.info->attach;
	assert_int_equal(attach(agent.fd, AGENT_REGION,
				ct_region_ref(agent.region, agent.shared), 0),
			 0);
	agent.shared->armed = 1;
}

/* As in a session: errno is known, ... */
AGENT_UNUSED static void agent_know_errno(void)
{
	uint64_t self;
	asm("movq %%fs:0, %0" : "=r"(self));
	agent.shared->errno_offset = (int64_t)((uintptr_t)&errno - self);
	agent.shared->errno_known = 1;
}

/* ...and what the program's own code is. */
AGENT_UNUSED static void agent_know_program(void)
{
	agent_know_errno();
	agent.shared->program =
	    (struct ct_agent_range){(uintptr_t)agent_load - (4 << 20),
				    (uintptr_t)agent_load + (4 << 20)};
}

AGENT_UNUSED static bool agent_is_program(uint64_t addr)
{
	const struct ct_agent_range *program = &agent.shared->program;
	return addr >= program->low && addr < program->high;
}

/* Nothing is hooked any more. */
AGENT_UNUSED static void agent_stop(void)
{
	ct_drain_destroy(agent.drain);
	ct_numbers_destroy(agent.numbers);
	ct_arena_deinit(&agent.arena);
	close(agent.fd);
}

static size_t own_read(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	memcpy(buf, (const void *)addr, size);
	return size;
}

static struct ct_error *own_write(void *arg, uint64_t addr, const void *bytes,
				  size_t size)
{
	(void)arg;
	uintptr_t page = addr & ~0xfffull;
	size_t all = (addr + size - page + 0xfff) & ~0xfffull;
	if (mprotect((void *)page, all, PROT_READ | PROT_WRITE | PROT_EXEC))
		return ct_error_format(CT_ERROR_OS, "mprotect: %m");
	memcpy((void *)addr, bytes, size);
	return NULL;
}

static const struct ct_patch_access own_access = {
    {own_read, NULL}, own_write, NULL};

/* A plan in the region for a function of that type. */
AGENT_UNUSED static const struct ct_plan *agent_plan(
    struct ct_type *result, const struct ct_parameter *parameters, size_t count,
    const struct ct_plan_rules *rules)
{
	static const struct ct_plan_rules none;
	struct ct_type *function =
	    ct_arena_alloc(&agent.arena, sizeof(*function));
	struct ct_call_layout layout;
	struct ct_buffer buffer;
	ct_buffer_init(&buffer);
	*function = (struct ct_type){.kind = CT_TYPE_FUNCTION,
				     .target = result,
				     .part_count = count,
				     .parameters = parameters};
	fail_error(ct_abi_layout(function, &agent.arena, &layout));
	fail_error(ct_plan_compile(function, &layout, rules ? rules : &none,
				   &ct_limits_default, &buffer));
	ct_ref ref = ct_plan_pack(agent.region, (const void *)buffer.data);
	ct_buffer_deinit(&buffer);
	assert_int_not_equal(ref, 0);
	return ct_region_at(agent.region, ref);
}

AGENT_UNUSED static struct ct_target *agent_target(const struct ct_plan *plan)
{
	static uint32_t index;
	struct ct_target *target =
	    ct_target_create(agent.region, ++index, CT_SCOPE_ALL);
	assert_non_null(target);
	target->flags =
	    CT_TARGET_ACTIVE | CT_TARGET_RECORDED | CT_TARGET_WANTS_RETURN;
	target->plan = ct_region_ref(agent.region, plan);
	return target;
}

/* Hook a function; NULL, or why it cannot be. */
AGENT_UNUSED static const char *agent_try(void *function, size_t size,
					  struct ct_hook *hook,
					  struct ct_patch *ret)
{
	struct ct_patch_request request = {
	    .addr = (uintptr_t)function,
	    .function_size = size,
	    .pad = (uintptr_t)agent.pads + agent.pads_used,
	    .enter = agent.info->enter,
	    .index = ct_agent_hook_index(agent.region, agent.shared, hook)};
	const char *problem = ct_patch_prepare(&own_access, &request, ret);
	if (problem)
		return problem;
	agent.pads_used += CT_HOOK_PAD_MAX;
	assert_true(agent.pads_used + CT_HOOK_PAD_MAX <= AGENT_PADS);
	hook->addr = request.addr;
	hook->trampoline = ct_patch_trampoline(ret);
	fail_error(ct_patch_apply(&own_access, ret));
	return NULL;
}

AGENT_UNUSED static struct ct_hook *agent_hook(void *function,
					       struct ct_target *target,
					       const struct ct_plan *plan,
					       uint32_t flags,
					       struct ct_patch *ret)
{
	ct_ref ref = ct_region_ref(agent.region, target);
	struct ct_hook *hook = ct_agent_add_hook(agent.region, agent.shared,
						 ref, plan, 0, flags, 0);
	assert_non_null(hook);
	const char *problem = agent_try(function, 16, hook, ret);
	if (problem)
		fail_msg("not hooked: %s", problem);
	return hook;
}

static void agent_keep(void *arg, struct ct_record *record, size_t size)
{
	(void)arg;
	if (agent.count == AGENT_RECORDS)
		return;
	struct ct_record *copy = malloc(size);
	memcpy(copy, record, size);
	agent.records[agent.count++] = copy;
}

/* Drain; afterwards the records are agent.records. */
AGENT_UNUSED static size_t agent_drain(void)
{
	for (size_t i = 0; i < agent.count; i++)
		free(agent.records[i]);
	agent.count = 0;
	ct_drain_read(agent.drain, agent_keep, NULL);
	return agent.count;
}

#endif
