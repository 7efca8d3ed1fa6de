/* SPDX-License-Identifier: MIT */
/* The C library, every function of it hooked, at work. */
#define _GNU_SOURCE
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <wchar.h>

#include "loaded_module.h"

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void *other_thread(void *arg)
{
	char *text = strdup(arg);
	return text;
}

/* What the library has said. */
struct story {
	char text[1 << 16];
	size_t size;
};

#define SAY(...)                                     \
	(story->size +=                              \
	 (size_t)snprintf(story->text + story->size, \
			  sizeof(story->text) - story->size, __VA_ARGS__))

static void compute(struct story *story)
{
	int numbers[64];
	for (int i = 0; i < 64; i++)
		numbers[i] = (i * 37) % 64;
	qsort(numbers, 64, sizeof(int), compare_ints);
	for (int i = 0; i < 64; i++)
		SAY("%d,", numbers[i]);
	SAY("%f %g %Lf %s\n", strtod("3.25e2", NULL), atof("1e-3"),
	    strtold("7.5", NULL), setlocale(LC_ALL, "C"));
	time_t when = 1000000000;
	struct tm tm;
	gmtime_r(&when, &tm);
	story->size += strftime(story->text + story->size,
				sizeof(story->text) - story->size,
				"%A %d %B %Y %T\n", &tm);
	SAY("%ld\n", (long)timegm(&tm));
	SAY("%.17g %.17g %.17g %.17g\n", sin(1), pow(2.5, 3.5), exp(1),
	    lgamma(4.5));
}

static void match(struct story *story)
{
	regex_t regex;
	regmatch_t match[3];
	wchar_t wide[20];
	assert_int_equal(regcomp(&regex, "([a-z]+)=([0-9]+)", REG_EXTENDED), 0);
	assert_int_equal(regexec(&regex, "..abc=123;", 3, match, 0), 0);
	SAY("%d-%d %d-%d\n", (int)match[1].rm_so, (int)match[1].rm_eo,
	    (int)match[2].rm_so, (int)match[2].rm_eo);
	regfree(&regex);
	SAY("%zu %ls\n", mbstowcs(wide, "wide", 20), wide);
}

static void use_files(struct story *story)
{
	FILE *file = tmpfile();
	for (int i = 0; i < 1000; i++)
		fprintf(file, "line %d of %s\n", i, "text");
	rewind(file);
	char line[100], word[20], *more = NULL;
	size_t more_size = 0;
	int a, lines = 0;
	while (fgets(line, sizeof(line), file) &&
	       sscanf(line, "line %d of %19s", &a, word) == 2)
		lines += a;
	SAY("%d %s\n", lines, word);
	rewind(file);
	SAY("%zd\n", getline(&more, &more_size, file));
	free(more);
	fclose(file);
	file = popen("echo out", "r");
	SAY("%s", fgets(line, sizeof(line), file));
	SAY("%d\n", pclose(file));
}

static void have_others_run(struct story *story)
{
	char greeting[] = "from a thread";
	void *result;
	pthread_t thread;
	pthread_create(&thread, NULL, other_thread, greeting);
	pthread_join(thread, &result);
	SAY("%s\n", (char *)result);
	free(result);
	pid_t child = fork();
	if (!child)
		_exit(5);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	SAY("%d\n", WEXITSTATUS(status));
}

static void jump_and_allocate(struct story *story)
{
	jmp_buf back;
	volatile int times = 0;
	if (setjmp(back) < 3)
		longjmp(back, ++times);
	SAY("%d %s\n", times, strerror(2));
	for (int i = 0; i < 200; i++) {
		char *block = malloc((size_t)i * 1000);
		block = realloc(block, (size_t)i * 2000 + 1);
		memset(block, i, (size_t)i * 2000 + 1);
		free(block);
	}
}

/* A program's worth of the library. */
static void work(struct story *story)
{
	compute(story);
	match(story);
	use_files(story);
	have_others_run(story);
	jump_and_allocate(story);
}

/* They return twice, or on another stack, or look at who has called them. */
static bool returns_strangely(const char *name)
{
	static const char *const parts[] = {
	    "setjmp", "vfork",     "context", "dlsym",      "dlopen",
	    "dlvsym", "clone",     "dl_",     "__libc_ptf", "mcount",
	    "fentry", "sigreturn", "dlmopen"};
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

/* Nothing of the library is called here: it is being rewritten. */
static void write_all(const struct module *module,
		      const struct ct_patch *patches, size_t count)
{
	uint64_t page = module->text & ~0xfffull;
	syscall(SYS_mprotect, page, module->text_end - page,
		PROT_READ | PROT_WRITE | PROT_EXEC);
	for (size_t i = 0; i < count; i++) {
		const struct ct_relocation *relocation = &patches[i].relocation;
		volatile uint8_t *pad = (void *)patches[i].pad;
		volatile uint8_t *entry = (void *)patches[i].addr;
		for (uint32_t j = 0; j < relocation->pad_size; j++)
			pad[j] = relocation->pad[j];
		for (uint32_t j = 0; j < relocation->patch_size; j++)
			entry[j] = relocation->patch[j];
	}
}

static size_t hook_all(const char *name, struct ct_target *target,
		       const struct ct_plan *plan)
{
	static const struct ct_symbol *symbols[PATCHES_MAX];
	static struct ct_patch patches[PATCHES_MAX];
	struct module module;
	size_t hooked = 0;
	open_module(name, &module);
	size_t count = functions_of(&module, symbols, PATCHES_MAX);
	for (size_t i = 0; i < count; i++) {
		bool strange = returns_strangely(symbols[i]->name);
		struct ct_hook *hook = ct_agent_add_hook(
		    agent.region, agent.shared,
		    strange ? 0 : ct_region_ref(agent.region, target), plan, 0,
		    strange ? 0 : CT_HOOK_RETURNS, CT_AGENT_GUESSED);
		struct ct_patch_request request = {
		    .addr = module.base + symbols[i]->addr,
		    .function_size = symbols[i]->size,
		    .pad = module.pads + hooked * CT_HOOK_PAD_MAX,
		    .enter = agent.info->enter,
		    .index =
			ct_agent_hook_index(agent.region, agent.shared, hook),
		    .is_target = ct_branches_is_target,
		    .is_target_arg = module.branches};
		if (ct_patch_prepare(&own_access, &request, &patches[hooked]))
			continue;
		hook->trampoline = ct_patch_trampoline(&patches[hooked]);
		hooked++;
	}
	write_all(&module, patches, hooked);
	return hooked;
}

static const struct ct_parameter six_words[] = {
    {"a", &type_long}, {"b", &type_string}, {"c", &type_string},
    {"d", &type_long}, {"e", &type_long},   {"f", &type_long}};

static void hooked_libraries_work(void **state)
{
	(void)state;
	static struct story plain, hooked;
	int results[2];
	work(&plain);
	assert_int_equal(pipe(results), 0);
	pid_t child = fork();
	if (!child) {
		agent_start((struct ct_agent_options){.mode = CT_RING_FLIGHT});
		const struct ct_plan *plan =
		    agent_plan(&type_long, six_words, 6, NULL);
		struct ct_target *target = agent_target(plan);
		hook_all("libm.so.6", target, plan);
		size_t count = hook_all("libc.so.6", target, plan);
		work(&hooked);
		bool good = count > 1000 && hooked.size == plain.size &&
			    !memcmp(plain.text, hooked.text, plain.size);
		uint64_t calls = agent_calls(target);
		syscall(SYS_write, results[1], &calls, sizeof(calls));
		if (!good)
			syscall(SYS_write, 2, hooked.text, hooked.size);
		syscall(SYS_exit_group, good ? 0 : 1);
	}
	int status;
	uint64_t calls = 0;
	close(results[1]);
	assert_int_equal(read(results[0], &calls, sizeof(calls)),
			 sizeof(calls));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	print_message("%lu calls\n", (unsigned long)calls);
	assert_true(calls > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hooked_libraries_work),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
